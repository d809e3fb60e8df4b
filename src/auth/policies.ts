// Who may do what in a workspace: the one table of role × action. docs/policies.md and the members page show it, too.
import { ForbiddenError } from "#libs/errors/index";
import { type Actor, ROLES, type Role } from "./actor.js";

/** What it takes to do something. */
export interface Policy {
  /** The least role that may do it. */
  least: Role;
  /** What it is, for people: fits behind "may". */
  what: string;
}

/** Action → who may. */
export const POLICIES = {
  "workspace.read": { least: "viewer", what: "see the workspace" },
  "workspace.update": { least: "admin", what: "rename the workspace" },
  "workspace.transfer": { least: "owner", what: "hand the workspace over to another member" },
  "workspace.delete": { least: "owner", what: "delete the workspace with everything in it" },
  "members.read": { least: "viewer", what: "see the members" },
  "members.leave": { least: "viewer", what: "leave the workspace" },
  /** Removing somebody else takes this one, too. */
  "members.manage": { least: "admin", what: "change roles and remove members, up to the own role" },
  "invites.manage": { least: "admin", what: "invite people, up to the own role" },
  "conversation.read": { least: "viewer", what: "read the conversations" },
  "conversation.write": { least: "member", what: "write messages, and make, change and delete conversations" },
  "conversation.hold": { least: "admin", what: "put conversations under legal hold" },
  "models.read": { least: "viewer", what: "see models and prices" },
  "vault.read": { least: "admin", what: "see which provider keys there are" },
  "vault.manage": { least: "admin", what: "add, test, rotate and delete provider keys" },
  "analytics.read": { least: "member", what: "see usage and cost" },
  "limits.read": { least: "viewer", what: "see the limits" },
} as const satisfies Record<string, Policy>;

export type Action = keyof typeof POLICIES;

/** True when `role` is at least `least`. */
export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(least);
}

/** @throws ForbiddenError when the actor's role is too low */
export function assertCan(actor: Actor, action: Action): void {
  const { least } = POLICIES[action];
  if (isAtLeast(actor.role, least)) return;
  throw new ForbiddenError(`Your role in this workspace (${actor.role}) does not allow this; it takes ${least}.`);
}

/** The table as docs/policies.md has it. */
export function policiesAsMarkdown(): string {
  const mark = (role: Role, least: Role) => (isAtLeast(role, least) ? "yes" : "");
  const rows = Object.entries(POLICIES).map(
    ([action, { least, what }]) =>
      `| \`${action}\` | ${what} | ${ROLES.map((role) => mark(role, least)).join(" | ")} |`,
  );
  return `# Roles

What each role of a workspace may do. Written by \`node dist/apps/api/write-openapi.js\` from \`src/auth/policies.ts\`; a spec compares the two.

| action | may … | ${ROLES.join(" | ")} |
| --- | --- | ${ROLES.map(() => "---").join(" | ")} |
${rows.join("\n")}

Nobody gives, changes or removes a role above their own. A workspace always has an owner. What somebody may not see answers 404, what their
role is too low for 403. A role that was taken away counts from the next request; open sockets and event streams are closed within a second.
`;
}
