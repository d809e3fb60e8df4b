// What the workspace has chosen about the gateway, read and changed.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";

export function useGatewaySettings() {
  const { id } = useWorkspace();
  const { gateway } = useWorkspaceClient();
  const queries = useQueryClient();
  const queryKey = ["gateway-settings", id];
  const read = () => queries.invalidateQueries({ queryKey });
  return {
    query: useQuery({ queryKey, queryFn: () => gateway.settings() }),
    change: useMutation({
      mutationFn: (change: Parameters<typeof gateway.change>[0]) => gateway.change(change),
      onSuccess: (settings) => queries.setQueryData(queryKey, settings),
      onError: read,
    }),
    read,
  };
}

export type GatewaySettings = ReturnType<typeof useGatewaySettings>;
