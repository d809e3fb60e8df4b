// Who may do what in a workspace: the one table of role × action.
import { ForbiddenError } from "#libs/errors/index";
import { type Actor, ROLES, type Role } from "./actor.js";

/** Action → the least role that may do it. */
export const POLICIES = {
  "workspace.read": "viewer",
  "workspace.update": "admin",
  "workspace.delete": "owner",
  "members.read": "viewer",
  /** Everybody may leave; removing somebody else takes members.manage. */
  "members.leave": "viewer",
  "members.manage": "admin",
  "invites.manage": "admin",
  "conversation.read": "viewer",
  "conversation.write": "member",
  "conversation.hold": "admin",
  "models.read": "viewer",
  "vault.read": "admin",
  "vault.manage": "admin",
  "analytics.read": "member",
  "limits.read": "viewer",
} as const satisfies Record<string, Role>;

export type Action = keyof typeof POLICIES;

/** True when `role` is at least `least`. */
export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(least);
}

/** @throws ForbiddenError when the actor's role is too low */
export function assertCan(actor: Actor, action: Action): void {
  if (isAtLeast(actor.role, POLICIES[action])) return;
  throw new ForbiddenError(
    `Your role in this workspace (${actor.role}) does not allow this; it takes ${POLICIES[action]}.`,
  );
}
