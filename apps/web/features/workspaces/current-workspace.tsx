// The workspace that is being worked in, chosen in this browser.
import type { Role, Workspace, WorkspaceClient } from "@parley/client";
import { createContext, type ReactNode, use, useMemo } from "react";
import { api } from "~/app/api";
import { useChoices } from "~/app/settings";
import { useMe } from "~/features/auth/account";
import { LostWorkspace } from "./lost-workspace";
import { NoWorkspace } from "./no-workspace";

interface Current {
  workspace: Workspace;
  client: WorkspaceClient;
}

const CurrentContext = createContext<Current | null>(null);

export function WorkspaceProvider({ children }: { children: ReactNode }) {
  const { workspaces } = useMe();
  const chosen = useChoices((choices) => choices.workspaceId);
  const workspace = workspaces.find(({ id }) => id === chosen) ?? workspaces[0];
  const current = useMemo(() => workspace && { workspace, client: api.workspace(workspace.id) }, [workspace]);
  if (!current) return <NoWorkspace />;
  return (
    <CurrentContext value={current}>
      {children}
      <LostWorkspace workspaces={workspaces} current={current.workspace} />
    </CurrentContext>
  );
}

function useCurrent(): Current {
  const current = use(CurrentContext);
  if (!current) throw new Error("There is no current workspace here.");
  return current;
}

export function useWorkspace(): Workspace {
  return useCurrent().workspace;
}

/** The REST routes of the current workspace. */
export function useWorkspaceClient(): WorkspaceClient {
  return useCurrent().client;
}

/** From most to least. */
export const ROLES: Role[] = ["owner", "admin", "member", "viewer"];

export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(least);
}

/** Whether the account's role in the current workspace is at least `least`. The server decides; this only spares useless buttons. */
export function useIsAtLeast(least: Role): boolean {
  return isAtLeast(useWorkspace().role, least);
}
