// Every mail that Parley sends, in one place.
import { type MailContent } from "#libs/mail/index";
import { type Role } from "#src/auth/actor";

/** Somebody was invited into a workspace by its admin. */
export function inviteMail(invite: {
  workspace: string;
  inviter: string;
  role: Role;
  url: string;
  expiresAt: number;
}): MailContent {
  const { workspace, inviter, role, url, expiresAt } = invite;
  return {
    subject: `${inviter} invites you to ${workspace}`,
    paragraphs: [`${inviter} invites you to join the workspace “${workspace}” on Parley as ${role}.`],
    action: { label: "Accept the invite", url },
    notes: [
      `The invite is for this address and may be used once, until ${dayOf(expiresAt)}.`,
      "If you did not expect it, you need not do anything.",
    ],
  };
}

const dayOf = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
