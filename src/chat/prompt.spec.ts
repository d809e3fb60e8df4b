// What reaches the provider: the newest messages that fit, and parameters in its own spelling.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { newestThatFit, providerParams } from "./prompt.js";

describe("a prompt", () => {
  const message = fc.record({ role: fc.constantFrom("user", "assistant"), content: fc.string({ maxLength: 50 }) });

  it("is the longest run of newest messages that fits, and never empty", () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 20 }), fc.nat(800), (messages, room) => {
        const kept = newestThatFit(messages, room);
        const size = (some: object[]): number => some.reduce((sum, one) => sum + JSON.stringify(one).length, 0);
        assert.ok(kept.length >= 1);
        assert.deepEqual(kept, messages.slice(messages.length - kept.length));
        if (kept.length > 1) assert.ok(size(kept) <= room);
        if (kept.length < messages.length) assert.ok(size(messages.slice(messages.length - kept.length - 1)) > room);
      }),
    );
  });

  it("keeps everything when the model's context is not known", () => {
    const messages = [{ content: "a".repeat(10_000) }, { content: "b" }];
    assert.deepEqual(newestThatFit(messages, Number.POSITIVE_INFINITY), messages);
  });

  it("spells parameters as the provider does, and keeps back what a caller may not set", () => {
    const given = {
      maxTokens: 5,
      top_p: 0.5,
      reasoning: { effort: "low" },
      model: "x",
      baseUrl: "http://evil",
      apiKey: "k",
      stream: false,
    };
    assert.deepEqual(providerParams(given), { max_tokens: 5, top_p: 0.5, reasoning: { effort: "low" } });
  });
});
