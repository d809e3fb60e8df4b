// The budgets of the current workspace, or of the whole server, as they are read and set.
import { type Budget, type BudgetInput, type Budgets, ParleyError } from "@parley/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/app/api";
import { useLive } from "~/app/live";
import { useIsAtLeast, useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";

/** How often what is spent and held is read again while the page is looked at, ms. */
const REFRESH_MS = 15_000;

/** What a page of budgets needs: of a workspace, or of the server. */
export interface BudgetBook {
  /** As they were read last. */
  view: Budgets | undefined;
  error: Error | null;
  refetch(): unknown;
  /** False: they can only be looked at. */
  mayManage: boolean;
  /**
   * Sets all of them: what is left out is taken away.
   * @param seen what the change was made from
   * @param unknownPriceUsd absent: it stays as it is
   * @throws ChangedMeanwhile when somebody else has changed them since
   */
  save(seen: Budgets, budgets: Budget[], more?: UnknownPrice): Promise<unknown>;
}

interface UnknownPrice {
  /** What a call at a price that nobody knows holds, USD; null: it is refused. */
  unknownPriceUsd?: string | null;
}

/** Nothing was saved: the budgets are others than those that the change was made from. */
export class ChangedMeanwhile extends Error {
  /** @param now as they are, read anew */
  constructor(
    message: string,
    readonly now: Budgets,
  ) {
    super(message);
  }
}

export function useWorkspaceBudgets(): BudgetBook {
  const { id } = useWorkspace();
  const { budgets } = useWorkspaceClient();
  const queries = useQueryClient();
  const { socket } = useLive();
  const mayManage = useIsAtLeast("admin");
  useEffect(
    () => socket.on("workspace:budget", () => void queries.invalidateQueries({ queryKey: ["budgets", id] })),
    [socket, queries, id],
  );
  const book = useBook(
    ["budgets", id],
    () => budgets.list(),
    (all, options) => budgets.put(all.filter(isSettable).map(inputOf), options),
  );
  return { ...book, mayManage };
}

export function useInstanceBudgets(): BudgetBook {
  const book = useBook(
    ["instance-budgets"],
    () => api.operator.budgets(),
    (all, options) =>
      api.operator.putBudgets(
        all.map(({ period, softUsd, hardUsd }) => ({ period, softUsd, hardUsd })),
        options,
      ),
  );
  return { ...book, mayManage: true };
}

function useBook(
  queryKey: string[],
  read: () => Promise<Budgets>,
  put: (all: Budget[], options: UnknownPrice & { version: string }) => Promise<Budgets>,
): Omit<BudgetBook, "mayManage"> {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey, queryFn: read, refetchInterval: REFRESH_MS });
  const change = useMutation({
    mutationFn: async ({ seen, all, more }: { seen: Budgets; all: Budget[]; more: UnknownPrice | undefined }) => {
      try {
        return await put(all, { ...more, version: seen.version });
      } catch (failure) {
        if (!(failure instanceof ParleyError && failure.code === "changed_meanwhile")) throw failure;
        const now = await queries.fetchQuery({ queryKey, queryFn: read, staleTime: 0 });
        throw new ChangedMeanwhile(t("budgets.changedMeanwhile"), now);
      }
    },
    onSuccess: (view) => queries.setQueryData(queryKey, view),
  });
  return { view: data, error, refetch, save: (seen, all, more) => change.mutateAsync({ seen, all, more }) };
}

/** Not those that are changed with their key, and not those of members and keys that are gone: they hold for nobody. */
function isSettable(budget: Budget): boolean {
  return !budget.ofKey && !isOfNobody(budget);
}

/** Whether the member has left, or the key was revoked. */
export function isOfNobody({ scope, subjectId }: Budget): boolean {
  return subjectId === null && (scope === "member" || scope === "key");
}

function inputOf({ scope, subjectId, period, softUsd, hardUsd }: Budget): BudgetInput {
  return { scope: scope as BudgetInput["scope"], subjectId, period, softUsd, hardUsd };
}

/** Which calls in which period a budget is for. */
export type BudgetPlace = Pick<Budget, "scope" | "subjectId" | "period">;

/** The budget of a place, that is not the limit of the key itself: there is one at most. */
export function budgetAt({ data }: Budgets, place: BudgetPlace): Budget | undefined {
  return data.find((one) => isAt(one, place));
}

/** All but the one of a place. */
export function budgetsBeside({ data }: Budgets, place: BudgetPlace): Budget[] {
  return data.filter((one) => !isAt(one, place));
}

function isAt(budget: Budget, { scope, subjectId, period }: BudgetPlace): boolean {
  return !budget.ofKey && budget.scope === scope && budget.subjectId === subjectId && budget.period === period;
}
