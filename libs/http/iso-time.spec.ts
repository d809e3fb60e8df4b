// The time as text, against the one that Date writes.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isoTime } from "./iso-time.js";

test("isoTime writes what Date.toISOString does, in any order of times", () => {
  const time = fc.oneof(
    fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }),
    fc.integer({ min: 0, max: 10 }).map((n) => n * 86_400_000 - 1),
    fc.integer({ min: 1_700_000_000_000, max: 2_000_000_000_000 }),
  );
  fc.assert(
    fc.property(fc.array(time), (times) => assert.deepEqual(times.map(isoTime), times.map(written))),
    {
      numRuns: 500,
    },
  );
});

test("isoTime refuses what Date cannot say", () => {
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 8.7e15]) assert.throws(() => isoTime(wrong), RangeError);
});

function written(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
