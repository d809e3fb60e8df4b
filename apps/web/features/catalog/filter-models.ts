// Which models of the catalog are shown, in which order.
import type { Model } from "@parley/client";
import { isFree } from "./models";

/** What the catalog page shows. */
export interface ModelFilter {
  query: string;
  price: "any" | "free" | "low" | "middle" | "high";
  context: "0" | "32000" | "128000" | "1000000";
  modality: "any" | "image" | "file" | "audio" | "video";
  capability: "any" | "tools" | "structuredOutputs" | "reasoning";
  show: "all" | "favourites" | "allowed" | "forbidden";
  sort: "newest" | "name" | "input" | "output" | "context";
}

export const NO_FILTER: ModelFilter = {
  query: "",
  price: "any",
  context: "0",
  modality: "any",
  capability: "any",
  show: "all",
  sort: "newest",
};

/** USD for a million prompt tokens: from and, but for the last, to. */
const RANGES = { low: [0, 1], middle: [1, 5], high: [5, Number.POSITIVE_INFINITY] } as const;

export function filterModels(models: readonly Model[], filter: ModelFilter, favourites: ReadonlySet<string>): Model[] {
  const words = filter.query.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = (model: Model): boolean => {
    const text = `${model.name} ${model.id}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      hasPrice(model, filter.price) &&
      (model.contextLength ?? 0) >= Number(filter.context) &&
      (filter.modality === "any" || model.inputModalities.includes(filter.modality)) &&
      (filter.capability === "any" || model[filter.capability]) &&
      isShown(model, filter.show, favourites)
    );
  };
  return models.filter(wanted).sort(ORDERS[filter.sort]);
}

function isShown(model: Model, show: ModelFilter["show"], favourites: ReadonlySet<string>): boolean {
  if (show === "favourites") return favourites.has(model.id);
  return show === "all" || model.allowed === (show === "allowed");
}

function hasPrice(model: Model, price: ModelFilter["price"]): boolean {
  if (price === "any") return true;
  if (price === "free") return isFree(model);
  const perMillion = amount(model.pricing.promptUsd) * 1_000_000;
  const [from, to] = RANGES[price];
  return !isFree(model) && Number.isFinite(perMillion) && perMillion > from && perMillion <= to;
}

/** For comparing only; what varies is dearer than everything. */
function amount(usd: string | null): number {
  return usd === null ? Number.POSITIVE_INFINITY : Number(usd);
}

type Order = (a: Model, b: Model) => number;
const byName: Order = (a, b) => a.name.localeCompare(b.name);
const by =
  (key: (model: Model) => number): Order =>
  (a, b) => {
    const [x, y] = [key(a), key(b)];
    return x === y ? byName(a, b) : x < y ? -1 : 1;
  };

const ORDERS: Record<ModelFilter["sort"], Order> = {
  newest: by(({ createdAt }) => -Date.parse(createdAt ?? "1970-01-01")),
  name: byName,
  input: by(({ pricing }) => amount(pricing.promptUsd)),
  output: by(({ pricing }) => amount(pricing.completionUsd)),
  context: by(({ contextLength }) => -(contextLength ?? 0)),
};
