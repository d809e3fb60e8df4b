// What a worker cuts into deltas is exactly what the row holds and what a replay gives.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { replayDeltas } from "./delta-cuts.js";
import type { Generation } from "./generation.entity.js";
import { LiveGeneration } from "./live-generation.js";

const generation = {
  messageId: "m",
  workspaceId: "w",
  conversationId: "c",
  epoch: 1,
  attempt: 2,
  createdAt: 0,
} as Generation;
const piece = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).map((text) => ({ type: "delta" as const, text })),
  fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 8 })
    .map((reasoning) => ({ type: "delta" as const, reasoning })),
  fc.constant({ type: "delta" as const, toolCalls: [{ index: 0, id: "t", function: { name: "f", arguments: "{}" } }] }),
  fc.constant(null),
);

describe("a live generation", () => {
  it("cuts anything into deltas that add up to the row, and numbers them 1, 2, 3 …", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom("", "kept text "), (pieces, kept) => {
        const live = new LiveGeneration(generation, kept);
        for (const one of pieces) {
          if (one) live.add(one);
          else live.cut();
        }
        live.cut();
        const { content, reasoning, streamCuts } = live.snapshot;
        const sent = live.unsent.map(
          ({ json }) => JSON.parse(json) as { seq: number; text?: string; reasoning?: string },
        );
        assert.deepEqual(
          sent.map(({ seq }) => seq),
          sent.map((_, index) => index + 1),
        );
        assert.equal(sent.map(({ text }) => text ?? "").join(""), content);
        assert.equal(sent.map((delta) => delta.reasoning ?? "").join(""), reasoning ?? "");
        assert.ok(content.startsWith(kept));
        const replayed = replayDeltas({ content, reasoning, streamCuts }, 0);
        assert.deepEqual(
          replayed.map((delta) => ({ messageId: "m", attempt: 2, ...delta })),
          sent,
        );
      }),
    );
  });

  it("says nothing of output before the provider sent some, also when it goes on from a text", () => {
    const live = new LiveGeneration(generation, "kept");
    assert.equal(live.hasOutput, false);
    live.add({ type: "delta" });
    live.add({ type: "delta", text: "" });
    assert.deepEqual([live.hasOutput, live.firstTokenMs], [false, null]);
    live.add({ type: "delta", text: "x" });
    assert.equal(live.hasOutput, true);
  });

  it("is lost for good once its lease is, whatever comes after", () => {
    const live = new LiveGeneration(generation, "");
    live.abort("stop");
    assert.equal(live.abortReason, "stop");
    live.abort("lost");
    live.abort("shutdown");
    assert.deepEqual([live.abortReason, live.holdsLease, live.signal.aborted], ["lost", false, true]);
  });
});
