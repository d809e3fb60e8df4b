// What is done after the answer: later, in the request's context, all of it before the process ends, and no fault gets out.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { AfterAnswer, context, Logger, runWithContext } from "./index.js";

describe("work after the answer", () => {
  const lines: string[] = [];
  const logger = new Logger({
    ...{ level: "warn", service: "test" },
    destination: { write: (line: string) => void lines.push(line) },
  });
  const later = new AfterAnswer(logger);

  it("is not begun before its request has gone on, and knows the request", async () => {
    const seen: unknown[] = [];
    const begun = performance.now();
    const done = new Promise<void>((resolve) =>
      runWithContext({ userId: "ann" }, () =>
        later.run("test", async () => {
          seen.push(context().userId, performance.now() - begun >= 45);
          resolve();
        }),
      ),
    );
    await Promise.resolve();
    await sleep(0);
    assert.deepEqual(seen, []);
    await done;
    assert.deepEqual(seen, ["ann", true]);
  });

  it("is all done before the process ends, at once, and a fault is logged", async () => {
    const process = new AfterAnswer(logger);
    let count = 0;
    for (let n = 0; n < 20; n++)
      process.run("it_failed", async () => {
        await sleep(1);
        count += 1;
        if (n === 7) throw new Error("a fault");
      });
    await process.onModuleDestroy();
    assert.equal(count, 20);
    assert.equal(lines.filter((line) => line.includes("it_failed")).length, 1);
  });
});
