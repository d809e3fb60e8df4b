// Who waits for the disk: for what was written before the call, not longer, and together with others.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { LogSync } from "./log-sync.js";

describe("the log of commits on its way to the disk", () => {
  const folder = mkdtempSync(join(tmpdir(), "parley-sync-"));
  const file = join(folder, "log");
  after(() => rmSync(folder, { recursive: true }));

  it("is brought there once for all who ask while it is being brought there", async () => {
    writeFileSync(file, "frames");
    const log = new LogSync(file);
    const first = log.flush();
    const [second, third] = [log.flush(), log.flush()];
    // What was written after the first one began may not be in it.
    assert.notEqual(second, first);
    assert.equal(third, second);
    await first;
    await second;
    await log.flush();
    await log.close();
  });

  it("tells of a disk that fails, and tries again at the next call", async () => {
    const log = new LogSync(join(folder, "later"));
    const [first, second] = [log.flush(), log.flush()];
    await assert.rejects(first, { code: "ENOENT" });
    await assert.rejects(second, { code: "ENOENT" });
    writeFileSync(join(folder, "later"), "");
    await log.flush();
    await log.close();
    await log.close();
  });
});
