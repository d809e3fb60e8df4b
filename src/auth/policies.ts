// Who may do what in a workspace: the one table of role × action × scopes of platform keys. docs/policies.md and the members page show it, too.
import { ForbiddenError } from "#libs/errors/index";
import { type Actor, ROLES, type Role } from "./actor.js";
import { SCOPE_NAMES, SCOPES, type Scope } from "./scopes.js";

/** What it takes to do something. */
export interface Policy {
  /** The least role that may do it. */
  least: Role;
  /** What it is, for people: fits behind "may". */
  what: string;
  /** The scopes of which a platform key needs one; none: only a signed-in person may. */
  scopes: readonly Scope[];
  /** The action of which it only shows more: a key with the scope sees what its member may see of it. */
  widens?: string;
}

/** For what every key may do, so that a program can find its way. */
const ANY_KEY: readonly Scope[] = SCOPE_NAMES;
/** A key that makes keys would outlive its own revocation, and a workspace must not go with a line of a script. */
const NO_KEY: readonly Scope[] = [];

/** Action → who may. */
export const POLICIES = {
  "workspace.read": { least: "viewer", what: "see the workspace", scopes: ANY_KEY },
  "workspace.update": { least: "admin", what: "rename the workspace", scopes: ["workspace.manage"] },
  "workspace.transfer": { least: "owner", what: "hand the workspace over to another member", scopes: NO_KEY },
  "workspace.delete": { least: "owner", what: "delete the workspace with everything in it", scopes: NO_KEY },
  "members.read": { least: "viewer", what: "see the members", scopes: ["read", "members.manage"] },
  "members.leave": { least: "viewer", what: "leave the workspace", scopes: ["members.manage"] },
  /** Removing somebody else takes this one, too. */
  "members.manage": {
    least: "admin",
    what: "change roles and remove members, up to the own role",
    scopes: ["members.manage"],
  },
  "invites.manage": { least: "admin", what: "invite people, up to the own role", scopes: ["members.manage"] },
  "conversation.read": { least: "viewer", what: "read the conversations", scopes: ["read", "chat"] },
  "conversation.write": {
    least: "member",
    what: "write messages, and make, change and delete conversations",
    scopes: ["chat"],
  },
  "conversation.hold": { least: "admin", what: "put conversations under legal hold", scopes: ["workspace.manage"] },
  "models.read": { least: "viewer", what: "see models and prices", scopes: ["read", "chat", "gateway"] },
  "models.favourite": { least: "viewer", what: "keep models at hand", scopes: ["chat"] },
  "models.manage": {
    least: "admin",
    what: "choose the allowed models, the default one and their aliases",
    scopes: ["workspace.manage"],
  },
  "gateway.use": { least: "member", what: "call models through the gateway (/v1)", scopes: ["gateway"] },
  "gateway.read": { least: "viewer", what: "see the gateway's settings", scopes: ["read", "gateway"] },
  "gateway.manage": {
    least: "admin",
    what: "change the gateway's settings, and delete its request log",
    scopes: ["workspace.manage"],
  },
  /** No key: whoever reads a prompt is a person, and a key that got out opens none. */
  "gateway.logs": {
    least: "member",
    what: "read the request log of the own calls through the gateway",
    scopes: NO_KEY,
  },
  "gateway.logs-all": { least: "admin", what: "read everybody's request log of the gateway", scopes: NO_KEY },
  "vault.read": { least: "admin", what: "see which provider keys there are", scopes: ["vault.manage"] },
  "vault.manage": { least: "admin", what: "add, test, rotate and delete provider keys", scopes: ["vault.manage"] },
  "audit.read": { least: "admin", what: "see and verify the audit log", scopes: ["audit.read"] },
  "analytics.read": { least: "member", what: "see the own usage and cost", scopes: ["analytics"] },
  "analytics.all": {
    least: "admin",
    what: "see everybody's usage and cost",
    scopes: ["analytics"],
    widens: "analytics.read",
  },
  "budgets.read": {
    least: "viewer",
    what: "see the workspace's budgets and the own ones",
    scopes: ["read", "analytics"],
  },
  "budgets.manage": { least: "admin", what: "see and set all budgets", scopes: ["workspace.manage"] },
  "limits.read": { least: "viewer", what: "see the limits", scopes: ANY_KEY },
  "api-keys.own": { least: "viewer", what: "have platform keys, with at most the own rights", scopes: NO_KEY },
  "api-keys.manage": { least: "admin", what: "see and revoke everybody's platform keys", scopes: NO_KEY },
} as const satisfies Record<string, Policy>;

export type Action = keyof typeof POLICIES;

/** True when `role` is at least `least`. */
export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(least);
}

/** @returns whether one of the scopes allows the action */
export function scopesAllow(scopes: readonly Scope[], action: Action): boolean {
  return POLICIES[action].scopes.some((scope) => scopes.includes(scope));
}

/** The scopes that a role may give to a key: those of which it may do everything itself, but for what only shows more. */
export function scopesOf(role: Role): Scope[] {
  const forbidden = Object.values<Policy>(POLICIES).filter(({ least, widens }) => !widens && !isAtLeast(role, least));
  return SCOPE_NAMES.filter((scope) => !forbidden.some(({ scopes }) => scopes.includes(scope)));
}

/**
 * To be asked before anything is done for an actor. The role is today's; a platform key needs a scope as well.
 * @throws ForbiddenError `forbidden` when the role is too low, `insufficient_scope` (RFC 6750 §3.1) when the key is too narrow
 */
export function assertCan({ role, key }: Pick<Actor, "role" | "key">, action: Action): void {
  const { least, scopes } = POLICIES[action];
  if (!isAtLeast(role, least))
    throw new ForbiddenError(`Your role in this workspace (${role}) does not allow this; it takes ${least}.`);
  if (!key || scopesAllow(key.scopes, action)) return;
  throw new ForbiddenError(
    scopes.length === 0
      ? "No platform key may do this: sign in for it."
      : `This platform key does not allow this; it takes the scope ${scopes.join(" or ")}.`,
    "insufficient_scope",
  );
}

/** As {@link assertCan}, for what is shown to some and not to others. */
export function may({ role, key }: Pick<Actor, "role" | "key">, action: Action): boolean {
  return isAtLeast(role, POLICIES[action].least) && (!key || scopesAllow(key.scopes, action));
}

/** The table as docs/policies.md has it. */
export function policiesAsMarkdown(): string {
  const mark = (role: Role, least: Role) => (isAtLeast(role, least) ? "yes" : "");
  const named = (scopes: readonly Scope[]) =>
    scopes === ANY_KEY ? "any" : scopes.map((scope) => `\`${scope}\``).join(" or ") || "none";
  const rows = Object.entries<Policy>(POLICIES).map(
    ([action, { least, what, scopes }]) =>
      `| \`${action}\` | ${what} | ${ROLES.map((role) => mark(role, least)).join(" | ")} | ${named(scopes)} |`,
  );
  return `# Roles

What each role of a workspace may do, and the scope that a platform key needs for it as well. Written by \`node dist/apps/api/write-openapi.js\` from
\`src/auth/policies.ts\`; a spec compares the two.

| action | may … | ${ROLES.join(" | ")} | scope of a key |
| --- | --- | ${ROLES.map(() => "---").join(" | ")} | --- |
${rows.join("\n")}

Nobody gives, changes or removes a role above their own. A workspace always has an owner. What somebody may not see answers 404, what their
role is too low for 403. A role that was taken away counts from the next request; open sockets and event streams are closed within a second.

## Scopes of platform keys

${Object.entries(SCOPES)
  .map(([scope, what]) => `- \`${scope}\`: ${what}`)
  .join("\n")}

A platform key may do what one of its scopes allows and its member may do *now*. Nobody can make a key with a scope of which they may not do
everything themselves, but for \`analytics.all\`: a key with \`analytics\` sees what its member may see. When the member leaves the workspace, their keys end for good.
`;
}
