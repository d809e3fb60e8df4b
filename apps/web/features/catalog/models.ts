// The model catalog: read once and kept for a while; prices are the provider's decimal strings.
import { allOf, type Model } from "@parley/client";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { formatPerMillion } from "~/ui/money";

/** The server refreshes its copy as often, ms. */
const FRESH_MS = 15 * 60_000;

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

/** The catalog's entry for a model id, once the catalog is there. */
export function useModel(id: string | null): Model | undefined {
  const { data } = useModels();
  return useMemo(() => (id === null ? undefined : data?.find((model) => model.id === id)), [data, id]);
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
