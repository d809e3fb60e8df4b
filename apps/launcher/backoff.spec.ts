// Waits between restarts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "./backoff.js";

test("waits double up to a limit, and start afresh after a stable run", () => {
  const backoff = new Backoff();
  const waits = Array.from({ length: 9 }, () => backoff.next(10));
  assert.deepEqual(waits, [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  assert.equal(backoff.next(60_000), 250);
  assert.equal(backoff.next(10), 500);
});
