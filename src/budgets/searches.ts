// The searches on the web that a request may make: they cost a fee each, which no limit of tokens keeps down.
import { toPico } from "#libs/money/index";

/** What may be searched. */
export interface Searches {
  /** At most so many. */
  count: number;
  /** What an engine takes for one, 1e-12 USD; the model's own search has a price in the catalog. */
  fee: bigint;
}

export const NO_SEARCHES: Searches = { count: 0, fee: 0n };

type Fields = Readonly<Record<string, unknown>>;

/** OpenRouter's fees: Exa's are the highest, for up to 10 results, and in its deep modes. */
const FEE = toPico("0.007");
const DEEP_FEE = toPico("0.015");
const FEE_PER_RESULT = toPico("0.001");
const RESULTS_IN_FEE = 10;
/** A model that has searching as a tool decides by itself how often; this often unless the request says. */
const USUAL_USES = 5;
/** Of numbers in a request: beyond it nothing is computed. */
const MOST = 10_000;

/** @param request in OpenAI's or OpenRouter's form: `plugins`, `tools`, `web_search_options`, and models named `…:online` */
export function searchesOf(request: Fields): Searches {
  const { model, models, plugins, tools, web_search_options: native } = request;
  const isOnline = [model, models].flat().some((name) => typeof name === "string" && name.endsWith(":online"));
  const web = listOf(plugins).filter(({ id, enabled }) => (id === "web" || id === "web-fetch") && enabled !== false);
  const found = [
    ...(isOnline && web.length === 0 ? [search({}, 1)] : []),
    ...web.map((plugin) => search(plugin, 1)),
    ...listOf(tools)
      .filter(({ type }) => typeof type === "string" && /web_(search|fetch)/.test(type))
      .map((tool) => search({ ...tool, ...objectOf(tool["parameters"]) }, USUAL_USES)),
    ...(typeof native === "object" && native !== null ? [{ count: USUAL_USES, fee: 0n }] : []),
  ];
  return {
    count: found.reduce((sum, { count }) => sum + count, 0),
    fee: found.reduce((most, { fee }) => (fee > most ? fee : most), 0n),
  };
}

function search({ max_uses: uses, max_results: results, mode }: Fields, usual: number): Searches {
  const extra = Math.max(0, numberOf(results, RESULTS_IN_FEE) - RESULTS_IN_FEE);
  const base = mode === undefined || mode === null || mode === "auto" || mode === "fast" ? FEE : DEEP_FEE;
  return { count: numberOf(uses, usual), fee: base + BigInt(extra) * FEE_PER_RESULT };
}

function numberOf(value: unknown, usual: number): number {
  return typeof value === "number" && value > 0 ? Math.min(Math.ceil(value), MOST) : usual;
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

function objectOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
