// Deltas made again from a row equal those that were sent.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { countCuts, DeltaCuts, type DeltaParts, replayDeltas } from "./delta-cuts.js";

const piece = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
const delta: fc.Arbitrary<DeltaParts> = fc
  .record(
    {
      text: piece,
      reasoning: piece,
      toolCalls: fc.constant<unknown[]>([{ index: 0, function: { arguments: '{"a"' } }]),
      annotations: fc.constant<unknown[]>([{ type: "url_citation" }]),
    },
    { requiredKeys: [] },
  )
  .filter((parts) => Object.keys(parts).length > 0);

describe("delta cuts", () => {
  it("replay exactly the deltas after any seq", () => {
    fc.assert(
      fc.property(fc.array(delta, { maxLength: 30 }), fc.nat(40), (deltas, after) => {
        const cuts = new DeltaCuts();
        for (const parts of deltas) cuts.add(parts);
        const row = {
          content: deltas.map((parts) => parts.text ?? "").join(""),
          reasoning: deltas.map((parts) => parts.reasoning ?? "").join("") || null,
          streamCuts: cuts.toString(),
        };
        assert.equal(countCuts(row.streamCuts), deltas.length);
        const expected = deltas.map((parts, index) => ({ seq: index + 1, ...parts })).slice(after);
        assert.deepEqual(replayDeltas(row, after), expected);
      }),
    );
  });

  it("has nothing for a message that never streamed", () => {
    assert.deepEqual(replayDeltas({ content: "typed", reasoning: null, streamCuts: null }, 0), []);
  });
});
