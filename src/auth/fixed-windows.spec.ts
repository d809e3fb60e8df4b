// The limit that holds while Redis is away: bounded in memory, and never open.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FixedWindows } from "./fixed-windows.js";

describe("fixed windows", () => {
  it("let through as many as the limit in one window, and say how long to wait", () => {
    let now = 1_000;
    const windows = new FixedWindows(500, 10, () => now);
    assert.deepEqual(
      [1, 2, 3].map(() => windows.take("k", 2)),
      [0, 0, 500],
    );
    now += 200;
    assert.equal(windows.take("k", 2), 300);
    assert.equal(windows.take("other", 2), 0);
    now += 300;
    assert.equal(windows.take("k", 2), 0);
  });

  it("take back and forget", () => {
    const windows = new FixedWindows(500, 10, () => 0);
    windows.take("k", 1);
    windows.giveBack("k");
    windows.giveBack("k");
    assert.equal(windows.take("k", 1), 0);
    assert.ok(windows.take("k", 1) > 0);
    windows.forget("k");
    assert.equal(windows.take("k", 1), 0);
  });

  it("refuse what they have no room to count, until something has expired", () => {
    let now = 0;
    const windows = new FixedWindows(500, 2, () => now);
    windows.take("a", 5);
    windows.take("b", 5);
    assert.ok(windows.take("c", 5) > 0);
    assert.equal(windows.take("a", 5), 0);
    now = 501;
    assert.equal(windows.take("c", 5), 0);
  });
});
