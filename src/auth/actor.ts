// Who does something: an account, and an account in a workspace.
import { type Scope } from "./scopes.js";

/** What a member may do, from most to least. */
export const ROLES = ["owner", "admin", "member", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** Over what time a platform key's budget is counted; `total`: over its whole life. */
export const BUDGET_PERIODS = ["day", "month", "total"] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** What a platform key allows, beside the role of its member. */
export interface KeyGrant {
  id: string;
  name: string;
  /** The only workspace that it is good for. */
  workspaceId: string;
  scopes: readonly Scope[];
  /** The only models that it may call; null: all that the workspace allows. */
  models: readonly string[] | null;
  /** What it may spend in `budgetPeriod`, a decimal; null: no limit of its own. */
  budgetUsd: string | null;
  budgetPeriod: BudgetPeriod | null;
  /** Null: no limit of its own. */
  requestsPerMinute: number | null;
  /** Epoch ms; null: never. */
  expiresAt: number | null;
  /** Changes whenever the key's rights do, by a change of the key or of the member's role. */
  stamp: string;
}

/** A signed-in account, or the account for which a platform key acts. */
export interface Account {
  userId: string;
  email: string;
  name: string;
  /** Owns the instance: may see its queues and operator pages. Never true of a platform key. */
  isOperator: boolean;
  /** The session; of a platform key, the key's id. What ends with it is found by this. */
  sessionId: string;
  /** Set when a platform key asks; without it a signed-in person does. */
  key?: KeyGrant;
}

/** An account acting in one workspace, of which it is a member. */
export interface Actor extends Account {
  workspaceId: string;
  role: Role;
}
