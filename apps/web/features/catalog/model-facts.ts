// What is told of a model, as texts: the same in its own dialog and beside others.
import type { Model, ModelPricing } from "@parley/client";
import type { TFunction } from "i18next";
import { formatPerMillion, formatUsdExact } from "~/ui/money";
import { formatContext } from "~/ui/numbers";

/** Prices of a token, in the order in which they are shown. */
const PER_TOKEN = [
  "promptUsd",
  "completionUsd",
  "inputCacheReadUsd",
  "inputCacheWriteUsd",
  "inputCacheWrite1hUsd",
  "internalReasoningUsd",
  "imageTokenUsd",
  "imageOutputUsd",
  "audioUsd",
  "audioOutputUsd",
  "inputAudioCacheUsd",
] as const;
/** Prices of other things. */
const EACH = ["imageUsd", "requestUsd", "webSearchUsd"] as const;
export const SHOWN_KINDS = [...PER_TOKEN, ...EACH];
export type ShownKind = (typeof SHOWN_KINDS)[number];

/** @returns undefined for a price that the model does not have */
export function priceText(pricing: Partial<ModelPricing>, kind: ShownKind, t: TFunction): string | undefined {
  const usd = pricing[kind];
  if (usd === undefined) return undefined;
  if (usd === null) return t("models.varies");
  if ((EACH as readonly string[]).includes(kind)) return t("catalog.each", { price: formatUsdExact(usd) });
  return t("catalog.perM", { price: formatPerMillion(usd) });
}

/** Name of the fact → what it is. */
export function factsOf(model: Model, t: TFunction): [string, string][] {
  const tokens = (count: number | null): string => (count === null ? t("catalog.unknown") : formatContext(count));
  const yes = (is: boolean): string => (is ? t("catalog.yes") : t("catalog.no"));
  return [
    [t("catalog.facts.context"), tokens(model.contextLength)],
    [t("catalog.facts.output"), tokens(model.maxCompletionTokens)],
    [t("catalog.facts.takes"), model.inputModalities.join(", ")],
    [t("catalog.facts.gives"), model.outputModalities.join(", ")],
    [t("catalog.facts.tools"), yes(model.tools)],
    [t("catalog.facts.structuredOutputs"), yes(model.structuredOutputs)],
    [t("catalog.facts.reasoning"), yes(model.reasoning)],
    [t("catalog.facts.knowledge"), model.knowledgeCutoff ?? t("catalog.unknown")],
  ];
}

/** A description without the addresses of its Markdown links, which lead into the provider's own pages. */
export const withoutLinks = (text: string): string => text.replaceAll(/\[([^\]]+)\]\([^)\s]*\)/g, "$1");
