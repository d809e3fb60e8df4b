// What searches on the web may cost: the fees of openrouter-contract §5.4.
import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_SEARCHES, searchesOf } from "./searches.js";

const USD = 10n ** 12n;
const cents = (tenths: bigint) => (tenths * USD) / 1_000n;

test("a request that searches nothing costs no fee", () => {
  for (const request of [
    { model: "a/b" },
    {
      model: "a/b",
      plugins: [{ id: "web", enabled: false }, { id: "response-healing" }],
      tools: [{ type: "function" }],
    },
    { model: 5, plugins: "web", tools: [null, "web_search"], web_search_options: null },
  ])
    assert.deepEqual(searchesOf(request), NO_SEARCHES);
});

test("the web plugin, and a model named :online, search once", () => {
  const once = { count: 1, fee: cents(7n) };
  assert.deepEqual(searchesOf({ model: "a/b", plugins: [{ id: "web" }] }), once);
  assert.deepEqual(searchesOf({ model: "a/b:online" }), once);
  assert.deepEqual(searchesOf({ model: "a/b", models: ["c/d:online"] }), once);
  assert.deepEqual(searchesOf({ model: "a/b:online", plugins: [{ id: "web" }] }), once, "and not twice");
});

test("more results, deep modes and more uses cost more", () => {
  const of = (plugin: object) => searchesOf({ model: "a/b", plugins: [{ id: "web", ...plugin }] });
  assert.deepEqual(of({ max_results: 10 }), { count: 1, fee: cents(7n) });
  assert.deepEqual(of({ max_results: 25 }), { count: 1, fee: cents(22n) });
  assert.deepEqual(of({ mode: "deep" }), { count: 1, fee: cents(15n) });
  assert.deepEqual(of({ max_uses: 3 }), { count: 3, fee: cents(7n) });
  assert.deepEqual(of({ max_uses: Number.POSITIVE_INFINITY, max_results: -4 }), { count: 10_000, fee: cents(7n) });
});

test("as a tool it may be used several times", () => {
  const tool = { type: "openrouter:web_search", parameters: { max_results: 12, max_uses: 2 } };
  assert.deepEqual(searchesOf({ model: "a/b", tools: [tool] }), { count: 2, fee: cents(9n) });
  assert.deepEqual(searchesOf({ model: "a/b", tools: [{ type: "web_search_preview" }] }), { count: 5, fee: cents(7n) });
  assert.deepEqual(searchesOf({ model: "a/b", web_search_options: {} }), { count: 5, fee: 0n });
});
