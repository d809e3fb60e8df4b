// Opened keys do not stay in memory: not for long, not many, and not as bytes after they are gone.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DekCache } from "./dek-cache.js";

const aKey = () => Buffer.alloc(32, 7);
const isGone = (key: Buffer) => key.every((byte) => byte === 0);

describe("opened keys", () => {
  it("are overwritten after five minutes, used or not", (test) => {
    test.mock.timers.enable({ apis: ["setTimeout"] });
    const cache = new DekCache();
    const key = aKey();
    cache.put("a", key);
    test.mock.timers.tick(5 * 60_000 - 1);
    assert.equal(cache.get("a"), key);
    test.mock.timers.tick(1);
    assert.equal(cache.get("a"), undefined);
    assert.ok(isGone(key));
  });

  it("are 256 at most; the oldest goes", (test) => {
    test.mock.timers.enable({ apis: ["setTimeout"] });
    const cache = new DekCache();
    const keys = Array.from({ length: 258 }, aKey);
    for (const [n, key] of keys.entries()) cache.put(`key ${n}`, key);
    assert.equal(cache.size, 256);
    assert.deepEqual(keys.map(isGone).indexOf(false), 2);
    assert.equal(cache.get("key 2"), keys[2]);
    cache.clear();
    assert.ok(keys.every(isGone));
    assert.equal(cache.size, 0);
  });

  it("are overwritten when another takes their place, which stays its whole time", (test) => {
    test.mock.timers.enable({ apis: ["setTimeout"] });
    const cache = new DekCache(100, 2);
    const [first, second] = [aKey(), aKey()];
    cache.put("a", first);
    test.mock.timers.tick(60);
    cache.put("a", second);
    assert.ok(isGone(first));
    test.mock.timers.tick(60);
    assert.equal(cache.get("a"), second);
  });

  it("go together by how their ids begin, and no others with them", () => {
    const cache = new DekCache();
    const [one, two, other] = [aKey(), aKey(), aKey()];
    cache.put("w1/1", one);
    cache.put("w1/2", two);
    cache.put("a/w1/", other);
    cache.dropAll("w1/");
    assert.deepEqual([one, two, other].map(isGone), [true, true, false]);
    assert.equal(cache.size, 1);
    cache.clear();
    assert.ok(isGone(other));
  });
});
