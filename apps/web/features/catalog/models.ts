// The model catalog: read once and kept for a while; prices are the provider's decimal strings.
import { allOf, type Model, type ModelSettingsChange } from "@parley/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { queryClient } from "~/app/api";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { formatPerMillion } from "~/ui/money";

/** The server refreshes its copy as often, ms. */
const FRESH_MS = 15 * 60_000;
/** The server's largest page. */
const PAGE = 1_000;

/** Those that may be used in the workspace. */
export function useModels() {
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  return useQuery({
    queryKey: ["models", id],
    staleTime: FRESH_MS,
    queryFn: async () => {
      const models: Model[] = [];
      for await (const model of allOf((query) => client.models.list(query))) models.push(model);
      return models;
    },
  });
}

/** Every model of the provider, and how old the list is. */
export function useCatalog() {
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  return useQuery({
    queryKey: ["models", id, "all"],
    staleTime: FRESH_MS,
    queryFn: async () => {
      const first = await client.models.list({ all: true, limit: PAGE });
      const models = [...first.data];
      for (let cursor = first.nextCursor; cursor !== null; ) {
        const page = await client.models.list({ all: true, limit: PAGE, cursor });
        models.push(...page.data);
        cursor = page.nextCursor;
      }
      return { models, asOf: first.asOf, stale: first.stale };
    },
  });
}

/** What the workspace allows, calls and prefers. */
export function useModelSettings() {
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  return useQuery({ queryKey: ["models", id, "settings"], staleTime: 60_000, queryFn: () => client.models.settings() });
}

/** Changes the workspace's rules; every list of models is read again. */
export function useChangeModelSettings() {
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  return useMutation({
    mutationFn: (change: ModelSettingsChange) => client.models.update(change),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["models", id] }),
  });
}

const NONE: ReadonlySet<string> = new Set();

/** Ids of one's own favourites, and the way to change them: shown at once, taken back when the server refuses. */
export function useFavourites() {
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  const queryKey = ["models", id, "favourites"];
  const { data = NONE } = useQuery({
    queryKey,
    staleTime: 60_000,
    queryFn: async () => {
      const ids = new Set<string>();
      for await (const { modelId } of allOf((query) => client.models.favourites(query))) ids.add(modelId);
      return ids as ReadonlySet<string>;
    },
  });
  const change = useMutation({
    mutationFn: ({ modelId, on }: { modelId: string; on: boolean }) =>
      on ? client.models.star(modelId) : client.models.unstar(modelId),
    onMutate: async ({ modelId, on }) => {
      await queryClient.cancelQueries({ queryKey });
      const ids = new Set(queryClient.getQueryData<ReadonlySet<string>>(queryKey));
      if (on) ids.add(modelId);
      else ids.delete(modelId);
      queryClient.setQueryData<ReadonlySet<string>>(queryKey, ids);
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
  return { favourites: data, setFavourite: change.mutate };
}

/** The catalog's entry for a model id or one of the workspace's own names, once the catalog is there. */
export function useModel(id: string | null): Model | undefined {
  const { data } = useModels();
  const { data: settings } = useModelSettings();
  return useMemo(() => {
    const meant = settings?.aliases.find(({ name }) => name === id)?.model ?? id;
    return meant === null ? undefined : data?.find((model) => model.id === meant);
  }, [data, settings, id]);
}

/** A name without its vendor: "Anthropic: Claude Sonnet" → "Claude Sonnet". */
export function shortName(model: Model | undefined, id: string): string {
  const name = model?.name ?? id;
  return name.replace(/^[^:/]{1,30}: /, "");
}

/** Prices a million tokens; null where the price varies. */
export function pricesOf(model: Model): { input: string | null; output: string | null } {
  const { promptUsd, completionUsd } = model.pricing;
  return {
    input: promptUsd === null ? null : formatPerMillion(promptUsd),
    output: completionUsd === null ? null : formatPerMillion(completionUsd),
  };
}

export function isFree(model: Model): boolean {
  const { promptUsd, completionUsd } = model.pricing;
  return [promptUsd, completionUsd].every((price) => price !== null && /^0(\.0*)?$/.test(price));
}
