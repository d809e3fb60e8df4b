// Ids are UUIDv7, never repeat, and sort by time of creation.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { validate, version } from "uuid";
import { newId } from "./ids.js";

describe("a new id", () => {
  it("is a UUIDv7 of now", () => {
    const before = Date.now();
    const id = newId();
    const made = Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
    assert.ok(validate(id) && version(id) === 7, id);
    assert.ok(made >= before && made <= Date.now(), `${made} is not between ${before} and ${Date.now()}`);
  });

  it("is greater than those before it, and random beside that", () => {
    const ids = Array.from({ length: 20_000 }, newId);
    assert.deepEqual(ids, [...new Set(ids)].sort());
    const ends = new Set(ids.map((id) => id.slice(-8)));
    assert.ok(ends.size > 19_000, `${ends.size} different ends`);
  });
});
