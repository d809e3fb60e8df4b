// Logged calls as they are read, and deleted.
import type { GatewayLog, GatewayLogsQuery } from "@parley/client";
import { type QueryClient, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";

const PAGE = 50;

/** How a status looks. */
export const STATUS_TONES = {
  answered: "success",
  cached: "accent",
  failed: "danger",
  stopped: "warn",
} as const satisfies Record<GatewayLog["status"], string>;

/** What is looked for. */
export type LogFilter = Omit<GatewayLogsQuery, "limit" | "cursor">;

export function useLogs(filter: LogFilter) {
  const { id } = useWorkspace();
  const { gateway } = useWorkspaceClient();
  return useInfiniteQuery({
    queryKey: ["gateway-logs", id, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      gateway.logs({ ...filter, limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    staleTime: 0,
    placeholderData: (before) => before,
  });
}

/** One call with what was said. Each reading is an event of the audit log, so it is read once. */
export function useLog(logId: string) {
  const { id } = useWorkspace();
  const { gateway } = useWorkspaceClient();
  return useQuery({
    queryKey: ["gateway-log", id, logId],
    queryFn: () => gateway.log(logId),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
  });
}

export function useLogActions() {
  const { id } = useWorkspace();
  const { gateway } = useWorkspaceClient();
  const queries = useQueryClient();
  return {
    delete: async (logId: string) => {
      await gateway.deleteLog(logId);
      await forget(queries, id);
    },
    deleteAll: async () => {
      await gateway.deleteLogs();
      await forget(queries, id);
    },
  };
}

/** What was deleted is not kept in the browser, either. */
async function forget(queries: QueryClient, workspaceId: string): Promise<void> {
  // A list that is not on the page would be shown once more as it was, until it is read again.
  for (const name of ["gateway-log", "gateway-logs"])
    queries.removeQueries({ queryKey: [name, workspaceId], type: "inactive" });
  await queries.invalidateQueries({ queryKey: ["gateway-logs", workspaceId] });
}
