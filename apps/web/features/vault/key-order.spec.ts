// The order of provider keys: what each one is for, and what moving one changes.
import { describe, expect, it } from "vitest";
import { keyStates, moveKey } from "./key-order";

const key = (id: string, more: object = {}) => ({
  id,
  provider: "openrouter" as const,
  baseUrl: null,
  enabled: true,
  pausedReason: null,
  pausedUntil: null,
  priority: 100,
  ...more,
});
const states = (...keys: ReturnType<typeof key>[]) => Object.fromEntries(keyStates(keys));

describe("provider keys in order", () => {
  it("says which one is used, and why the others are not", () => {
    expect(
      states(
        key("off", { enabled: false }),
        key("tired", { pausedReason: "insufficient_credits" }),
        key("now"),
        key("next"),
        key("elsewhere", { provider: "openai-compatible", baseUrl: "https://llm.example.test/v1" }),
      ),
    ).toEqual({ off: "off", tired: "rests", now: "inUse", next: "standsBy", elsewhere: "aside" });
    expect(states(key("a", { pausedReason: "invalid_key" }))).toEqual({ a: "rests" });
    expect(states()).toEqual({});
  });

  it("moves one place, and changes no more than it must", () => {
    const keys = [key("a"), key("b"), key("c", { priority: 30 })];
    expect([...moveKey(keys, "c", -1)]).toEqual([
      ["a", 10],
      ["c", 20],
      ["b", 30],
    ]);
    const numbered = [key("a", { priority: 10 }), key("b", { priority: 20 }), key("c", { priority: 30 })];
    expect([...moveKey(numbered, "a", 1)]).toEqual([
      ["b", 10],
      ["a", 20],
    ]);
    expect(moveKey(numbered, "a", -1).size + moveKey(numbered, "c", 1).size + moveKey(numbered, "x", 1).size).toBe(0);
  });
});
