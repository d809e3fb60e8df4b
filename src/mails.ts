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

/** A soft budget is half, nearly or wholly used up. */
export function budgetMail(budget: {
  /** Null: the budget of the whole instance. */
  workspace: string | null;
  scope: "instance" | "workspace" | "member" | "key";
  period: "day" | "month" | "total";
  percent: number;
  spentUsd: string;
  softUsd: string;
  url: string;
}): MailContent {
  const { workspace, scope, period, percent, spentUsd, softUsd, url } = budget;
  const kind = { day: "daily ", month: "monthly ", total: "" }[period];
  const where = workspace === null ? "Parley" : `“${workspace}”`;
  const whose = { instance: "this server", workspace: `the workspace ${where}`, member: "a member", key: "an API key" }[
    scope
  ];
  return {
    subject: `${percent} % of a ${kind}budget in ${where} is spent`,
    paragraphs: [`${spentUsd} USD of the ${kind}soft limit of ${softUsd} USD are spent. The budget is for ${whose}.`],
    action: { label: "See budgets", url },
    notes: ["A soft limit refuses nothing.", "This is told once for 50, 80 and 100 % in each period."],
  };
}

const dayOf = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
