// Every filter narrows, every order holds, and neither loses or doubles a model.
import type { Model } from "@parley/client";
import { describe, expect, it } from "vitest";
import { filterModels, NO_FILTER } from "./filter-models";

const model = (id: string, more: Partial<Model> & { prompt?: string | null } = {}): Model => {
  const { prompt = "0.000001", ...rest } = more;
  return {
    id,
    name: id,
    contextLength: 100_000,
    inputModalities: ["text"],
    pricing: { promptUsd: prompt, completionUsd: prompt },
    allowed: true,
    createdAt: "2026-01-01T00:00:00.000Z",
    ...rest,
  } as Model;
};
const all = [
  model("a/cheap", { prompt: "0.0000005", inputModalities: ["text", "image"], tools: true }),
  model("b/dear", { prompt: "0.00003", contextLength: 1_000_000, createdAt: "2026-06-01T00:00:00.000Z" }),
  model("c/free", { prompt: "0", contextLength: null, allowed: false }),
  model("d/varies", { prompt: null, reasoning: true }),
  model("e/one", { prompt: "0.000001", structuredOutputs: true }),
];
const ids = (filter: Partial<typeof NO_FILTER>) =>
  filterModels(all, { ...NO_FILTER, sort: "name", ...filter }, new Set(["e/one"])).map(({ id }) => id);

describe("the models that are shown", () => {
  it("are all of them without a filter", () => {
    expect(ids({})).toEqual(["a/cheap", "b/dear", "c/free", "d/varies", "e/one"]);
  });

  it("are narrowed by price, context, modality, capability, words and lists", () => {
    expect(ids({ price: "free" })).toEqual(["c/free"]);
    expect(ids({ price: "low" })).toEqual(["a/cheap", "e/one"]);
    expect(ids({ price: "high" })).toEqual(["b/dear"]);
    expect(ids({ context: "128000" })).toEqual(["b/dear"]);
    expect(ids({ modality: "image" })).toEqual(["a/cheap"]);
    expect(ids({ capability: "tools" })).toEqual(["a/cheap"]);
    expect(ids({ capability: "reasoning" })).toEqual(["d/varies"]);
    expect(ids({ query: " FREE c" })).toEqual(["c/free"]);
    expect(ids({ show: "favourites" })).toEqual(["e/one"]);
    expect(ids({ show: "forbidden" })).toEqual(["c/free"]);
  });

  it("are in order, what varies last by price", () => {
    expect(ids({ sort: "input" })).toEqual(["c/free", "a/cheap", "e/one", "b/dear", "d/varies"]);
    expect(ids({ sort: "context" })[0]).toBe("b/dear");
    expect(ids({ sort: "newest" })[0]).toBe("b/dear");
  });
});
