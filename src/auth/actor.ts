// Who does something: an account, and an account in a workspace.

/** What a member may do, from most to least. */
export const ROLES = ["owner", "admin", "member", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** A signed-in account. */
export interface Account {
  userId: string;
  email: string;
  name: string;
  /** Owns the instance: may see its queues and operator pages. */
  isOperator: boolean;
  sessionId: string;
}

/** An account acting in one workspace, of which it is a member. */
export interface Actor extends Account {
  workspaceId: string;
  role: Role;
}
