// What a call may cost, and whether the budgets have room for it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Demand, dearest, decide, LEAST_TOKENS, promptSize, type UnitPrices, unitPrices } from "./estimate.js";

const PRICES: UnitPrices = { prompt: 10n, completion: 100n, request: 5n, image: 1_000n };
const demandOf = (over: Partial<Demand> = {}): Demand => ({
  promptTokens: 10,
  images: 0,
  asked: 100,
  ceiling: 4_000,
  typical: 200,
  ...over,
});
/** Of a demand of 10 prompt tokens. */
const costOf = (tokens: number) => 105n + BigInt(tokens) * 100n;
const sizeOf = (promptTokens: number) => ({ promptTokens, hourCache: false });
const room = (left: bigint, unspent = left) => ({ left, unspent });

describe("a decision", () => {
  it("holds exactly what was asked for when there is room, and leaves the request as it is", () => {
    assert.deepEqual(decide(demandOf(), PRICES, room(costOf(100))), {
      kind: "admit",
      amount: costOf(100),
      maxTokens: null,
    });
  });

  it("shrinks the answer to what is left, once nothing runs that might leave more", () => {
    const verdict = decide(demandOf(), PRICES, room(costOf(60) + 99n));
    assert.deepEqual(verdict, { kind: "admit", amount: costOf(60), maxTokens: 60 });
    assert.deepEqual(decide(demandOf(), PRICES, room(costOf(60), costOf(80))), { kind: "wait" });
  });

  it("refuses what is too little for an answer, whatever still runs", () => {
    const little = costOf(LEAST_TOKENS) - 1n;
    assert.deepEqual(decide(demandOf(), PRICES, room(little)), { kind: "refuse" });
    assert.deepEqual(decide(demandOf(), PRICES, room(0n, little)), { kind: "refuse" });
    assert.deepEqual(decide(demandOf({ asked: 3 }), PRICES, room(costOf(3))).kind, "admit");
  });

  it("leaves room for others when no limit was asked for", () => {
    const open = demandOf({ asked: null });
    assert.deepEqual(decide(open, PRICES, room(costOf(4_000) * 8n)), {
      kind: "admit",
      amount: costOf(4_000),
      maxTokens: null,
    });
    assert.deepEqual(decide(open, PRICES, room(costOf(1_000) * 8n)), {
      kind: "admit",
      amount: costOf(1_000),
      maxTokens: 1_000,
    });
    assert.deepEqual(decide(open, PRICES, room(costOf(300))), { kind: "admit", amount: costOf(200), maxTokens: 200 });
    assert.deepEqual(decide(open, PRICES, room(costOf(50))), { kind: "admit", amount: costOf(50), maxTokens: 50 });
  });

  it("never holds more than there is, nor less than the answer may cost, and says so to the provider", () => {
    const tokens = fc.integer({ min: 1, max: 200_000 });
    const amount = fc.bigInt({ min: -(10n ** 6n), max: 10n ** 12n });
    const price = fc.bigInt({ min: 0n, max: 10n ** 6n });
    const demand = fc.record({
      promptTokens: fc.integer({ min: 0, max: 100_000 }),
      images: fc.integer({ min: 0, max: 5 }),
      asked: fc.option(tokens),
      ceiling: fc.option(tokens),
      typical: tokens,
    });
    const prices = fc.record({ prompt: price, completion: price, request: price, image: price });
    fc.assert(
      fc.property(demand, prices, amount, fc.bigInt({ min: 0n, max: 10n ** 12n }), (asked, unit, left, held) => {
        const verdict = decide(asked, unit, { left, unspent: left + held });
        if (verdict.kind === "wait") assert.ok(held > 0n);
        if (verdict.kind !== "admit") return;
        const longest = verdict.maxTokens ?? asked.asked ?? asked.ceiling;
        assert.ok(verdict.amount <= left);
        if (unit.completion === 0n) return assert.equal(verdict.maxTokens, null);
        assert.ok(longest !== null && longest >= 1 && longest <= (asked.asked ?? Number.POSITIVE_INFINITY));
        const before = BigInt(asked.promptTokens) * unit.prompt + unit.request + BigInt(asked.images) * unit.image;
        assert.equal(verdict.amount, before + BigInt(longest) * unit.completion);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("prices", () => {
  it("are read exactly, and not at all when they vary", () => {
    const listed = { promptUsd: "0.00000025", completionUsd: "0.000002", requestUsd: "0.01" };
    const prices = { prompt: 250_000n, completion: 2_000_000n, request: 10_000_000_000n, image: 0n };
    assert.deepEqual(unitPrices(listed, sizeOf(10)), prices);
    assert.equal(unitPrices({ promptUsd: null, completionUsd: "0.1" }, sizeOf(10)), null);
    assert.equal(unitPrices(undefined, sizeOf(10)), null);
  });

  it("are those of a prompt of this length, each token as if it were written to the cache", () => {
    const long = { minPromptTokens: 200_000, promptUsd: "0.000006", completionUsd: "0.0000225" };
    const listed = {
      promptUsd: "0.000003",
      completionUsd: "0.000015",
      inputCacheWriteUsd: "0.00000375",
      overrides: [long],
    };
    assert.equal(unitPrices(listed, sizeOf(200_000))?.prompt, 3_750_000n);
    assert.deepEqual(unitPrices(listed, sizeOf(200_001)), {
      ...{ prompt: 6_000_000n, completion: 22_500_000n, request: 0n, image: 0n },
    });
  });

  it("are those of pictures and sound where they cost more, and of an hour in the cache where it is asked for", () => {
    const listed = {
      ...{
        promptUsd: "0.000001",
        inputCacheWriteUsd: "0.00000125",
        inputCacheWrite1hUsd: "0.000002",
        imageUsd: "0.001",
      },
      ...{ completionUsd: "0.00001", imageOutputUsd: "0.00006", audioOutputUsd: "0.00002", audioUsd: "0.00000225" },
    };
    assert.deepEqual(unitPrices(listed, sizeOf(10)), {
      prompt: 1_250_000n,
      completion: 60_000_000n,
      request: 0n,
      image: 1_000_000_000n + 3_000n * 1_000_000n,
    });
    assert.equal(unitPrices(listed, { promptTokens: 10, hourCache: true })?.prompt, 2_000_000n);
  });

  it("have the fee of each search, or the model's own price where it is higher", () => {
    const searches = { count: 3, fee: 7_000_000_000n };
    const listed = { promptUsd: "0", completionUsd: "0", requestUsd: "0.001" };
    const request = (webSearchUsd?: string) =>
      unitPrices({ ...listed, ...(webSearchUsd && { webSearchUsd }) }, { ...sizeOf(10), searches })?.request;
    assert.equal(request(), 22_000_000_000n);
    assert.equal(request("0.01"), 31_000_000_000n);
  });

  it("are the highest of all models that may answer, for each answer", () => {
    const other = { prompt: 1n, completion: 300n, request: 0n, image: 9_000n };
    assert.deepEqual(dearest([PRICES, other], 2), { prompt: 10n, completion: 600n, request: 5n, image: 9_000n });
  });
});

describe("the size of a prompt", () => {
  it("is not below what tokenizers count for text of any language", () => {
    // Counted with o200k_base: "Hello, how are you today?" 7, "你好,今天怎么样?" 6 to 8, a line of code 13.
    for (const [text, tokens] of [
      ["Hello, how are you today?", 7],
      ["你好,今天怎么样?", 8],
      ["for (let i = 0; i < n; i++) sum += a[i];", 13],
    ] as const)
      assert.ok(promptSize([{ role: "user", content: text }]).promptTokens >= tokens, text);
  });

  it("counts pictures as pictures, not by their bytes", () => {
    const url = `data:image/png;base64,${"A".repeat(1_000_000)}`;
    const { promptTokens, images } = promptSize([
      { role: "user", content: [{ type: "image_url", image_url: { url } }] },
    ]);
    assert.equal(images, 1);
    assert.ok(promptTokens < 4_000);
  });

  it("sees what is to be kept for an hour", () => {
    const part = { type: "text", text: "1h", cache_control: { type: "ephemeral", ttl: "1h" } };
    assert.equal(promptSize([{ role: "user", content: [part] }]).hourCache, true);
    assert.equal(promptSize([{ role: "user", content: "ttl 1h" }]).hourCache, false);
  });

  it("reads nothing out of nothing", () => {
    assert.deepEqual(promptSize(undefined, undefined), { promptTokens: 0, images: 0, hourCache: false });
  });
});
