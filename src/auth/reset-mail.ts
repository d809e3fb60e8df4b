// The mail with a reset link.
import { type MailContent } from "#libs/mail/index";

/** Somebody, most likely its reader, has forgotten a password. @param expiresAt epoch ms */
export function resetMail({ name, url, expiresAt }: { name: string; url: string; expiresAt: number }): MailContent {
  const until = `${new Date(expiresAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return {
    subject: "Set a new password for Parley",
    paragraphs: [`Hello ${name}, somebody asked for a new password for your account on Parley.`],
    action: { label: "Set a new password", url },
    notes: [
      `The link may be used once, until ${until}. All your sign-ins end when it is used.`,
      "If it was not you, you need not do anything: your password stays as it is.",
    ],
  };
}
