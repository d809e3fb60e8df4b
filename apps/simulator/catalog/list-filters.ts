// The query parameters of `GET /models`: filters, search, sort order and pages.

import { type PriceSheet, price } from "../money/cost.js";
import { Decimal } from "../money/decimal.js";
import type { ModelEntry } from "./catalog.js";
import { providerOf, slugOf } from "./providers.js";

const MILLION = Decimal.count(1_000_000);
/** Default page size once `limit` or `offset` is given, and the largest allowed. */
const [PAGE, LARGEST_PAGE] = [500, 1000];

const words = (value: string | null): string[] => (value ?? "").split(",").filter((word) => word !== "");
const perMillion = (pricing: PriceSheet, key: string): Decimal => (price(pricing, key) ?? Decimal.zero).times(MILLION);

function bound(query: URLSearchParams, name: string): Decimal | undefined {
  const value = query.get(name);
  return value !== null && /^\d+(\.\d+)?$/.test(value) ? Decimal.parse(value) : undefined;
}

function priceMatches(query: URLSearchParams, entry: ModelEntry): boolean {
  const within = (low: string, high: string, key: string): boolean => {
    const [least, most, value] = [bound(query, low), bound(query, high), perMillion(entry.pricing, key)];
    return (!least || value.compare(least) >= 0) && (!most || value.compare(most) <= 0);
  };
  return within("min_price", "max_price", "prompt") && within("min_output_price", "max_output_price", "completion");
}

function matches(query: URLSearchParams, entry: ModelEntry): boolean {
  const has = (name: string, values: readonly string[]) =>
    words(query.get(name)).every((word) => values.includes(word));
  const any = (name: string, value: string) => !query.get(name) || words(query.get(name)).includes(value);
  const outputs = query.get("output_modalities") ?? "text";
  const text = query.get("q")?.toLowerCase() ?? "";
  return (
    (outputs === "all" || words(outputs).some((kind) => entry.architecture.output_modalities.includes(kind))) &&
    has("supported_parameters", entry.supported_parameters) &&
    has("input_modalities", entry.architecture.input_modalities) &&
    any("model_authors", entry.id.replace(/^~/, "").split("/")[0] ?? "") &&
    any("arch", entry.architecture.tokenizer) &&
    any("providers", slugOf(providerOf(entry.id))) &&
    (entry.context_length ?? 0) >= Number(query.get("context") ?? 0) &&
    priceMatches(query, entry) &&
    `${entry.id} ${entry.name}`.toLowerCase().includes(text)
  );
}

const ORDERS: Readonly<Record<string, (a: ModelEntry, b: ModelEntry) => number>> = {
  newest: (a, b) => b.created - a.created,
  "pricing-low-to-high": (a, b) => perMillion(a.pricing, "prompt").compare(perMillion(b.pricing, "prompt")),
  "pricing-high-to-low": (a, b) => perMillion(b.pricing, "prompt").compare(perMillion(a.pricing, "prompt")),
  "context-high-to-low": (a, b) => (b.context_length ?? 0) - (a.context_length ?? 0),
};

/** One page of the list, the number of all matches, and the link to the next page. */
export type ModelPage = {
  readonly data: readonly ModelEntry[];
  readonly total_count: number;
  readonly links: { readonly next: string | null };
};

/** Applies a query to the catalog. Filters and orders that need live figures are ignored, as unknown ones are. */
export function filterModels(entries: readonly ModelEntry[], query: URLSearchParams): ModelPage {
  const found = entries.filter((entry) => matches(query, entry));
  const order = ORDERS[query.get("sort") ?? ""];
  if (order) found.sort(order);
  if (!query.has("limit") && !query.has("offset"))
    return { data: found, total_count: found.length, links: { next: null } };
  const limit = Math.min(LARGEST_PAGE, Math.max(1, Number(query.get("limit")) || PAGE));
  const offset = Math.max(0, Number(query.get("offset")) || 0);
  const more = new URLSearchParams(query);
  more.set("offset", String(offset + limit));
  more.set("limit", String(limit));
  const next = offset + limit < found.length ? `/api/v1/models?${more}` : null;
  return { data: found.slice(offset, offset + limit), total_count: found.length, links: { next } };
}
