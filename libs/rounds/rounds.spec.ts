// Rounds go on whatever fails, never two at once, and end when they are told to.
import assert from "node:assert/strict";
import { it } from "node:test";
import { Rounds } from "./rounds.js";

it("rounds follow each other, also after a failure, until they are stopped", async () => {
  const [errors, over] = [[] as unknown[], Promise.withResolvers<void>()];
  let [running, most, done] = [0, 0, 0];
  const rounds: Rounds = new Rounds(
    async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      done += 1;
      if (done === 2) throw new Error("no");
      if (done < 4) return;
      rounds.stop();
      over.resolve();
    },
    1,
    (error) => errors.push((error as Error).message),
  );
  rounds.start();
  await over.promise;
  assert.deepEqual([most, done, errors, rounds.stopped], [1, 4, ["no"], true]);
  rounds.start();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(done, 4);
});
