// Accounts, workspaces and sessions as clients see them. Apart from the classes that describe them in the API's document, which the
// worker and the command line have no use for.
import { type MeView, type SessionView, type WorkspaceView } from "./auth.views.js";
import { type MemberWorkspace } from "./memberships.repository.js";
import { NO_PASSWORD } from "./passwords.js";
import { type Session } from "./session.entity.js";
import { type User } from "./user.entity.js";

export function toWorkspaceView({ id, name, role, createdAt }: MemberWorkspace): WorkspaceView {
  return { id, name, role, createdAt: new Date(createdAt).toISOString() };
}

export function toMeView(user: User, workspaces: MemberWorkspace[]): MeView {
  const { id, email, name, isOperator, createdAt } = user;
  const hasPassword = user.passwordHash !== NO_PASSWORD;
  return {
    user: { id, email, name, hasPassword, isOperator, createdAt: new Date(createdAt).toISOString() },
    workspaces: workspaces.map(toWorkspaceView),
  };
}

export function toSessionView(row: Session, currentId: string): SessionView {
  return {
    id: row.id,
    current: row.id === currentId,
    userAgent: row.userAgent,
    createdAt: new Date(row.createdAt).toISOString(),
    lastSeenAt: new Date(row.lastSeenAt).toISOString(),
  };
}
