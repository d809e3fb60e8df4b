// Ids of rows.
import { randomFillSync } from "node:crypto";
import { v7 } from "uuid";

/** The library asks the system for each id anew, which takes longer than all the rest. */
const pool = Buffer.allocUnsafe(4_096);
const NEEDED = 16;
let taken = pool.length;
let msecs = 0;
let seq = 0;

/** A new id: UUIDv7 (RFC 9562 §5.7), so that ids sort by time of creation; those of one process also within a millisecond (§6.2, method 1). */
export function newId(): string {
  if (taken + NEEDED > pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  const random = pool.subarray(taken, taken + NEEDED);
  taken += NEEDED;
  const now = Date.now();
  if (now > msecs) {
    msecs = now;
    // Half of the range is left for counting.
    seq = random.readUInt32BE(6) >>> 2;
  } else seq += 1;
  return v7({ random, msecs, seq });
}
