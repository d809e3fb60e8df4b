// The budgets of the current workspace, or of the whole server, as they are read and set.
import type { Budget, BudgetInput } from "@parley/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "~/app/api";
import { useLive } from "~/app/live";
import { useIsAtLeast, useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";

/** How often what is spent and held is read again while the page is looked at, ms. */
const REFRESH_MS = 15_000;

/** What a page of budgets needs: of a workspace, or of the server. */
export interface BudgetBook {
  data: Budget[] | undefined;
  /** What a call at a price that nobody knows holds, USD; null: it is refused. */
  unknownPriceUsd: string | null | undefined;
  error: Error | null;
  refetch(): unknown;
  /** False: they can only be looked at. */
  mayManage: boolean;
  /** Sets all of them: what is left out is taken away. @param more what is absent stays as it is */
  save(budgets: Budget[], more?: UnknownPrice): Promise<unknown>;
}

interface UnknownPrice {
  unknownPriceUsd?: string | null;
}

interface Change {
  all: Budget[];
  more: UnknownPrice | undefined;
}

export function useWorkspaceBudgets(): BudgetBook {
  const { id } = useWorkspace();
  const { budgets } = useWorkspaceClient();
  const queries = useQueryClient();
  const { socket } = useLive();
  const mayManage = useIsAtLeast("admin");
  const queryKey = ["budgets", id];
  const query = useQuery({ queryKey, queryFn: () => budgets.list(), refetchInterval: REFRESH_MS });
  useEffect(
    () => socket.on("workspace:budget", () => void queries.invalidateQueries({ queryKey: ["budgets", id] })),
    [socket, queries, id],
  );
  const put = useMutation({
    mutationFn: ({ all, more }: Change) => budgets.put(all.filter(({ ofKey }) => !ofKey).map(inputOf), more),
    onSuccess: (view) => queries.setQueryData(queryKey, view),
  });
  return { ...pick(query), mayManage, save: (all, more) => put.mutateAsync({ all, more }) };
}

export function useInstanceBudgets(): BudgetBook {
  const queries = useQueryClient();
  const queryKey = ["instance-budgets"];
  const query = useQuery({ queryKey, queryFn: () => api.operator.budgets(), refetchInterval: REFRESH_MS });
  const put = useMutation({
    mutationFn: ({ all, more }: Change) =>
      api.operator.putBudgets(
        all.map(({ period, softUsd, hardUsd }) => ({ period, softUsd, hardUsd })),
        more,
      ),
    onSuccess: (view) => queries.setQueryData(queryKey, view),
  });
  return { ...pick(query), mayManage: true, save: (all, more) => put.mutateAsync({ all, more }) };
}

function pick({
  data,
  error,
  refetch,
}: {
  data: { data: Budget[]; unknownPriceUsd: string | null } | undefined;
  error: Error | null;
  refetch(): unknown;
}): Pick<BudgetBook, "data" | "unknownPriceUsd" | "error" | "refetch"> {
  return { data: data?.data, unknownPriceUsd: data?.unknownPriceUsd, error, refetch };
}

function inputOf({ scope, subjectId, period, softUsd, hardUsd }: Budget): BudgetInput {
  return { scope: scope as BudgetInput["scope"], subjectId, period, softUsd, hardUsd };
}

/** Whether two are for the same calls in the same period: there is one at most. */
export function isSame(a: Budget, b: Pick<Budget, "scope" | "subjectId" | "period">): boolean {
  return a.scope === b.scope && a.subjectId === b.subjectId && a.period === b.period;
}
