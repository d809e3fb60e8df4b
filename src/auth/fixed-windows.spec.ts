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

  it("begin anew in the very millisecond in which they end", () => {
    let now = 0;
    const windows = new FixedWindows(500, 1, () => now);
    assert.equal(windows.take("k", 1), 0);
    now = 499;
    assert.equal(windows.take("k", 1), 1);
    assert.equal(windows.take("other", 1), 500);
    now = 500;
    assert.equal(windows.take("other", 1), 0, "there is room again");
    assert.equal(windows.take("k", 1), 500, "and it is taken");
    now = 1_000;
    assert.equal(windows.take("other", 1), 0);
    assert.equal(windows.take("other", 1), 500);
  });

  it("keep counting what they know when they are full, also past its window", () => {
    let now = 0;
    const windows = new FixedWindows(500, 2, () => now);
    windows.take("a", 1);
    now = 400;
    windows.take("b", 1);
    now = 600;
    assert.equal(windows.take("a", 1), 0);
    assert.equal(windows.take("b", 1), 300, "what has not expired stays");
  });

  it("let nothing through when the limit is none", () => {
    const windows = new FixedWindows(500, 10, () => 0);
    assert.deepEqual([windows.take("k", 0), windows.take("k", 0)], [500, 500]);
  });

  it("give back no more than was taken, and nothing that they do not know", () => {
    const windows = new FixedWindows(500, 10, () => 0);
    windows.giveBack("unknown");
    assert.equal(windows.take("unknown", 1), 0);
    for (let n = 0; n < 3; n++) windows.giveBack("unknown");
    assert.deepEqual([windows.take("unknown", 1), windows.take("unknown", 1)], [0, 500]);
  });

  it("go by a clock of their own when none is given", () => {
    const windows = new FixedWindows(60_000, 10);
    windows.take("k", 1);
    const wait = windows.take("k", 1);
    assert.ok(wait > 0 && wait <= 60_000, `${wait} ms`);
  });
});
