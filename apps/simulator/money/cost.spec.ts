// The cost rules: the worked examples of the wire contract, and the rules against a second formulation.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Counts, costOf, type PriceSheet, type Terms } from "./cost.js";

const NOON = new Date("2026-11-23T12:00:00Z");
const TERMS: Terms = { at: NOON, byok: "no", insured: false };
const NONE: Counts = {
  promptTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
  completionTokens: 0,
  reasoningTokens: 0,
  images: 0,
  searches: 0,
  fee: "0",
};
const HAIKU: PriceSheet = { prompt: "0.000001", completion: "0.000005" };
const SONNET: PriceSheet = {
  prompt: "0.000002",
  completion: "0.00001",
  input_cache_read: "0.0000002",
  input_cache_write: "0.0000025",
};
const GPT: PriceSheet = {
  prompt: "0.000005",
  completion: "0.00003",
  overrides: [{ min_prompt_tokens: 272_000, prompt: "0.00001", completion: "0.000045" }],
};

const cost = (sheet: PriceSheet, counts: Partial<Counts>, terms: Partial<Terms> = {}) =>
  costOf(sheet, { ...NONE, ...counts }, { ...TERMS, ...terms });

test("1: a recorded call of Haiku 4.5", () => {
  assert.equal(cost(HAIKU, { promptTokens: 8, completionTokens: 24 }).cost.toString(), "0.000128");
});

test("2: reasoning tokens are inside the completion tokens", () => {
  const sheet = { prompt: "0.0000006", completion: "0.0000024", internal_reasoning: "0.0000024" };
  const counts = { promptTokens: 46_557, completionTokens: 11_198, reasoningTokens: 7_047 };
  assert.equal(cost(sheet, counts).cost.toString(), "0.0548094");
});

test("3: cache reads and writes, and what they saved", () => {
  const counts = { promptTokens: 12_000, cachedTokens: 10_000, cacheWriteTokens: 1_500, completionTokens: 800 };
  const { cost: total, cacheDiscount } = cost(SONNET, counts);
  assert.equal(total.toString(), "0.01475");
  assert.equal(cacheDiscount.toString(), "0.01725");
});

test("4: a long prompt takes the override, and one search is added", () => {
  const counts = { promptTokens: 300_000, completionTokens: 2_000, fee: "0.007" };
  assert.equal(cost(GPT, counts).cost.toString(), "3.097");
  assert.equal(cost(GPT, { promptTokens: 272_000 }).cost.toString(), "1.36", "the border itself has the list price");
});

test("5: own provider key", () => {
  const sheet = { prompt: "0.000019", completion: "0" };
  const counts = { promptTokens: 1_000_000 };
  assert.equal(cost(sheet, counts, { byok: "fee" }).cost.toString(), "0.95");
  assert.equal(cost(sheet, counts, { byok: "fee" }).upstream.toString(), "19");
  assert.equal(cost(sheet, counts, { byok: "allowance" }).cost.toString(), "0");
});

test("6: cancelled after 40 tokens, and the whole answer of 500", () => {
  assert.equal(cost(HAIKU, { promptTokens: 1_000, completionTokens: 40 }).cost.toString(), "0.0012");
  assert.equal(cost(HAIKU, { promptTokens: 1_000, completionTokens: 500 }).cost.toString(), "0.0035");
});

test("insurance takes the tokens away but not the fees", () => {
  const counts = { promptTokens: 1_000, completionTokens: 10, fee: "0.007", searches: 2 };
  const sheet = { ...HAIKU, web_search: "0.01" };
  assert.equal(cost(sheet, counts, { insured: true }).cost.toString(), "0.027");
});

test("one hour of cache, request and image prices, discount", () => {
  const sheet = { ...SONNET, input_cache_write_1h: "0.000004", request: "0.005", image: "0.001" };
  assert.equal(cost(sheet, { promptTokens: 10, cacheWrite1hTokens: 10 }).cost.toString(), "0.00504");
  assert.equal(cost({ ...sheet, discount: 0.25 }, { images: 2 }).cost.toString(), "0.00525");
});

test("cached and written may overlap; the plain part is never negative", () => {
  const counts = { promptTokens: 2_161, cachedTokens: 2_161, cacheWriteTokens: 2_161 };
  assert.equal(cost(SONNET, counts).upstreamPrompt.toString(), "0.0058347");
});

test("a price of -1 is never computed with", () => {
  assert.equal(cost({ prompt: "-1", completion: "-1" }, { promptTokens: 5, completionTokens: 5 }).cost.toString(), "0");
});

test("overrides by clock and weekday", () => {
  const night = { utc_start: 2200, utc_end: 600, prompt: "0.0000005" };
  const monday = { utc_days: [1], completion: "0.000001" };
  const sheet: PriceSheet = { ...HAIKU, overrides: [night, monday] };
  const at = (iso: string) =>
    cost(sheet, { promptTokens: 2, completionTokens: 1 }, { at: new Date(iso) }).cost.toString();
  assert.equal(at("2026-11-24T12:00:00Z"), "0.000007", "Tuesday noon: the list price");
  assert.equal(at("2026-11-24T22:00:00Z"), "0.000006", "the window begins");
  assert.equal(at("2026-11-25T06:00:00Z"), "0.000007", "and ends, half-open");
  assert.equal(at("2026-11-23T23:30:00Z"), "0.000002", "Monday night: both");
});

const PLACES = 18n;
const unit = fc.integer({ min: 0, max: 999_999 });
const tokens = fc.integer({ min: 0, max: 2_000_000 });
const asText = (picodollars: number) => `0.${String(picodollars).padStart(12, "0")}`;

test("the rules, formulated again in whole numbers of 1e-18 USD", () => {
  const counted = fc.record({
    plain: tokens,
    read: tokens,
    write: tokens,
    out: tokens,
    searches: fc.nat(20),
    images: fc.nat(9),
  });
  const prices = fc.record({
    prompt: unit,
    completion: unit,
    read: unit,
    write: unit,
    search: unit,
    image: unit,
    request: unit,
  });
  fc.assert(
    fc.property(counted, prices, fc.integer({ min: 0, max: 100 }), fc.boolean(), (n, p, off, insured) => {
      const sheet: PriceSheet = {
        prompt: asText(p.prompt),
        completion: asText(p.completion),
        input_cache_read: asText(p.read),
        input_cache_write: asText(p.write),
        web_search: asText(p.search),
        image: asText(p.image),
        request: asText(p.request),
        discount: String(off / 100),
      };
      const counts: Partial<Counts> = {
        promptTokens: n.plain + n.read + n.write,
        cachedTokens: n.read,
        cacheWriteTokens: n.write,
        completionTokens: n.out,
        searches: n.searches,
        images: n.images,
      };
      const pico = (count: number, price: number) => BigInt(count) * BigInt(price);
      const used = pico(n.plain, p.prompt) + pico(n.read, p.read) + pico(n.write, p.write) + pico(n.out, p.completion);
      const listed = (insured ? 0n : used) + pico(n.images, p.image) + BigInt(p.request);
      const expected = (listed * BigInt(100 - off) + pico(n.searches, p.search) * 100n) * 10n ** (PLACES - 14n);
      const [whole = "0", fraction = ""] = cost(sheet, counts, { insured }).cost.toString().split(".");
      assert.equal(BigInt(whole + fraction.padEnd(Number(PLACES), "0")), expected);
    }),
  );
});
