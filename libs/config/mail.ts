// The settings of outgoing mail.
import { z } from "zod";

/** Where mail is handed over, and from whom it comes. */
export interface MailSettings {
  /** smtp://user:password@host:port (STARTTLS when the server has it) or smtps://… (TLS from the first byte). */
  url: string;
  /** The sender: `name@host` or `Name <name@host>`. */
  from: string;
}

/** The variables of the environment. */
export const mailVariables = {
  SMTP_URL: z
    .string()
    .refine(
      (text) => /^smtps?:\/\/./.test(text) && URL.canParse(text),
      "must be smtp://user:password@host:port or smtps://…",
    )
    .optional(),
  MAIL_FROM: z
    .string()
    .regex(/^([^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, "must be name@host or Name <name@host>")
    .optional(),
};

/** @param faults gets what is missing or does not fit together */
export function mailSettings(
  env: { SMTP_URL?: string | undefined; MAIL_FROM?: string | undefined; PUBLIC_URL?: string | undefined },
  faults: string[],
): MailSettings | undefined {
  const { SMTP_URL: url, MAIL_FROM: from } = env;
  if (!url) return undefined;
  if (!from) faults.push("MAIL_FROM is required when SMTP_URL is set");
  // Links in mails must not depend on the Host header of whoever asks for the mail.
  if (!env.PUBLIC_URL) faults.push("PUBLIC_URL is required when SMTP_URL is set: links in mails begin with it");
  return { url, from: from ?? "" };
}
