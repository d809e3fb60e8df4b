// List prices are exact, agree with what the provider was recorded to charge, and are never guessed.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { addUsd, lessThanUsd } from "#libs/money/index";
import { type BilledUse, listPriceUsd, tokensPriceUsd } from "./list-price.js";
import { toPricing } from "./model-prices.js";
import { type ModelPricingView } from "./model-pricing.view.js";

const NOON = new Date("2026-11-23T12:00:00Z");
const haiku = toPricing({ prompt: "0.000001", completion: "0.000005" });
const sonnet = toPricing({
  prompt: "0.000002",
  completion: "0.00001",
  input_cache_read: "0.0000002",
  input_cache_write: "0.0000025",
});
const gpt = toPricing({
  prompt: "0.000005",
  completion: "0.00003",
  web_search: "0.007",
  overrides: [{ min_prompt_tokens: 272_000, prompt: "0.00001", completion: "0.000045" }],
});

const count = fc.integer({ min: 0, max: 2_000_000 });
const use = fc.record({
  promptTokens: count,
  completionTokens: count,
  cachedTokens: count,
  cacheWriteTokens: count,
  cacheWrite1hTokens: count,
  audioTokens: count,
  audioOutputTokens: count,
  imageOutputTokens: count,
  images: fc.integer({ min: 0, max: 100 }),
  webSearches: fc.integer({ min: 0, max: 100 }),
  requests: fc.integer({ min: 0, max: 3 }),
}) satisfies fc.Arbitrary<BilledUse>;
/** Prices as integers of 1e-15 USD, so that a spec can compute with them in another way. */
const femto = fc.bigInt({ min: 0n, max: 10n ** 14n });
const asUsd = (value: bigint) => {
  const digits = value.toString().padStart(16, "0");
  return `${digits.slice(0, -15)}.${digits.slice(-15)}`;
};
const NAMES = [
  ...["prompt", "completion", "request", "image", "web_search", "internal_reasoning", "audio", "audio_output"],
  ...["image_output", "input_cache_read", "input_cache_write", "input_cache_write_1h"],
];
const listed = fc.tuple(...NAMES.map(() => fc.option(femto, { nil: undefined }))).map((values) => {
  const given = NAMES.map((name, at) => [name, values[at]] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Record<string, bigint>;
});
const pricingOf = (prices: Record<string, bigint>): ModelPricingView =>
  toPricing({
    prompt: "0",
    completion: "0",
    ...Object.fromEntries(Object.entries(prices).map(([name, value]) => [name, asUsd(value)])),
  });

describe("the list price of a call", () => {
  it("is what the provider was recorded to charge", () => {
    assert.equal(listPriceUsd(haiku, { promptTokens: 8, completionTokens: 24 }, NOON), "0.000128");
    const nemotron = toPricing({ prompt: "0.0000006", completion: "0.0000024" });
    assert.equal(listPriceUsd(nemotron, { promptTokens: 46_557, completionTokens: 11_198 }, NOON), "0.0548094");
    const cached = { promptTokens: 12_000, cachedTokens: 10_000, cacheWriteTokens: 1_500, completionTokens: 800 };
    assert.equal(listPriceUsd(sonnet, cached, NOON), "0.01475");
    const long = { promptTokens: 300_000, completionTokens: 2_000, webSearches: 1 };
    assert.equal(listPriceUsd(gpt, long, NOON), "3.097");
  });

  it("equals a sum in integers, whatever is listed and used", () => {
    fc.assert(
      fc.property(listed, use, (prices, used) => {
        const p = (name: string) => prices[name] ?? 0n;
        const or = (name: string, other: bigint) => prices[name] ?? other;
        const write = or("input_cache_write", p("prompt"));
        const sound = prices["audio"] === undefined ? 0 : used.audioTokens;
        const outSound = prices["audio_output"] === undefined ? 0 : used.audioOutputTokens;
        const outImages = prices["image_output"] === undefined ? 0 : used.imageOutputTokens;
        const apart = used.cachedTokens + used.cacheWriteTokens + used.cacheWrite1hTokens + sound;
        const sum =
          BigInt(Math.max(0, used.promptTokens - apart)) * p("prompt") +
          BigInt(used.cachedTokens) * or("input_cache_read", p("prompt")) +
          BigInt(used.cacheWriteTokens) * write +
          BigInt(used.cacheWrite1hTokens) * or("input_cache_write_1h", write) +
          BigInt(sound) * p("audio") +
          BigInt(Math.max(0, used.completionTokens - outSound - outImages)) * p("completion") +
          BigInt(outSound) * p("audio_output") +
          BigInt(outImages) * p("image_output") +
          BigInt(used.images) * p("image") +
          BigInt(used.requests) * p("request") +
          BigInt(used.webSearches) * p("web_search");
        assert.equal(listPriceUsd(pricingOf(prices), used, NOON), addUsd(asUsd(sum)));
      }),
    );
  });

  it("never falls when more is written, and charges thinking once", () => {
    fc.assert(
      fc.property(listed, use, count, (prices, used, more) => {
        const longer = { ...used, completionTokens: used.completionTokens + more };
        const [less, dear] = [used, longer].map((one) => listPriceUsd(pricingOf(prices), one, NOON)!) as [
          string,
          string,
        ];
        assert.equal(lessThanUsd(dear, less), false);
        const { internal_reasoning: _, ...unthinking } = prices;
        assert.equal(listPriceUsd(pricingOf(unthinking), used, NOON), less);
      }),
    );
  });

  it("takes the discount off everything but searches", () => {
    const pricing = { ...gpt, requestUsd: "0.1", discount: "0.25" };
    const used = { promptTokens: 1_000, completionTokens: 100, webSearches: 2 };
    // (0.005 + 0.003 + 0.1) × 0.75 + 0.014
    assert.equal(listPriceUsd(pricing, used, NOON), "0.095");
    assert.equal(toPricing({ prompt: "1", discount: 2 }).discount, undefined);
  });

  it("holds overrides strictly above their prompt length, and the last one that holds", () => {
    const used = { promptTokens: 272_000, completionTokens: 0 };
    assert.equal(listPriceUsd(gpt, used, NOON), "1.36");
    assert.equal(listPriceUsd(gpt, { ...used, promptTokens: 272_001 }, NOON), "2.72001");
    const tiers = toPricing({
      prompt: "1",
      completion: "1",
      overrides: [
        { min_prompt_tokens: 0, prompt: "2" },
        { min_prompt_tokens: 1, completion: "3" },
      ],
    });
    assert.equal(listPriceUsd(tiers, { promptTokens: 2, completionTokens: 1 }, NOON), "7");
  });

  it("holds overrides by time of day, past midnight, and by day", () => {
    const night = toPricing({
      prompt: "1",
      completion: "0",
      overrides: [{ utc_start: 2200, utc_end: 600, prompt: "0.5" }],
    });
    const at = (time: string) => listPriceUsd(night, { promptTokens: 1, completionTokens: 0 }, new Date(time));
    assert.equal(at("2026-11-23T21:59:59Z"), "1");
    assert.equal(at("2026-11-23T22:00:00Z"), "0.5");
    assert.equal(at("2026-11-23T05:59:59Z"), "0.5");
    assert.equal(at("2026-11-23T06:00:00Z"), "1");
    const sundays = toPricing({ prompt: "1", completion: "0", overrides: [{ utc_days: [0], prompt: "0" }] });
    const on = (day: string) => listPriceUsd(sundays, { promptTokens: 1, completionTokens: 0 }, new Date(day));
    assert.equal(on("2026-11-22T12:00:00Z"), "0");
    assert.equal(on("2026-11-23T12:00:00Z"), "1");
  });

  it("is not known where a price varies", () => {
    const router = toPricing({ prompt: "-1", completion: "-1" });
    assert.deepEqual(router, { promptUsd: null, completionUsd: null });
    assert.equal(listPriceUsd(router, { promptTokens: 1, completionTokens: 1 }, NOON), null);
    assert.equal(listPriceUsd(router, { promptTokens: 0, completionTokens: 0 }, NOON), "0");
    assert.equal(listPriceUsd(toPricing(undefined), { promptTokens: 1, completionTokens: 0 }, NOON), null);
  });

  it("refuses counts that are none", () => {
    for (const promptTokens of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(() => listPriceUsd(haiku, { promptTokens, completionTokens: 0 }, NOON), RangeError);
  });
});

describe("prices as they are listed", () => {
  it("keep every digit, without exponents", () => {
    const pricing = toPricing({ prompt: "0.0000000833", completion: "6.1642e-7", image: "0.10" });
    assert.deepEqual(pricing, { promptUsd: "0.0000000833", completionUsd: "0.00000061642", imageUsd: "0.1" });
  });

  it("leave out what is no price, whatever is sent", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...NAMES, "discount", "overrides", "other"), fc.jsonValue()),
        (junk) => {
          const pricing = toPricing(junk as Parameters<typeof toPricing>[0]);
          const cost = listPriceUsd(pricing, { promptTokens: 3, completionTokens: 2 }, NOON);
          if (cost !== null) assert.match(cost, /^\d+(\.\d+)?$/);
        },
      ),
    );
  });

  it("leave out overrides whose conditions cannot be read", () => {
    const odd = [
      { min_prompt_tokens: "many" },
      { utc_start: 100 },
      { utc_start: "25:00", utc_end: 1 },
      { from: 3 },
      null,
    ];
    const overrides = odd.map((entry) => entry && { ...entry, prompt: "9" }) as never;
    assert.equal(toPricing({ prompt: "1", completion: "1", overrides }).overrides, undefined);
  });

  it("is the same by the fast way for tokens alone", () => {
    fc.assert(
      fc.property(listed, use, fc.constantFrom(undefined, "0.1", "0.333"), (prices, used, discount) => {
        const pricing = { ...pricingOf(prices), ...(discount && { discount }) };
        const { promptTokens, completionTokens, cachedTokens, cacheWriteTokens } = used;
        const tokens = { promptTokens, completionTokens, cachedTokens, cacheWriteTokens };
        assert.equal(tokensPriceUsd(pricing, tokens, NOON), listPriceUsd(pricing, tokens, NOON));
      }),
    );
    const long = { promptTokens: 300_000, completionTokens: 2_000, cachedTokens: 0, cacheWriteTokens: 0 };
    assert.equal(tokensPriceUsd(gpt, long, NOON), "3.09");
  });
});
