// kill -9 at random points: every promise of the contract §5 holds afterwards. FAULT_POINTS=20 for the nightly run.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { App } from "../app/app.js";
import { violations } from "./checker.js";
import { strike, type Victim } from "./stage.js";

const POINTS = Number(process.env["FAULT_POINTS"] ?? 2);
const SEED = Number(process.env["FAULT_SEED"] ?? Math.floor(Math.random() * 1e9));

/** Mulberry32 (Tommy Ettinger, public domain): a seed gives the same moments again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe(`kill -9 with ten streams and three tabs each (FAULT_SEED=${SEED})`, () => {
  for (const [n, victim] of (["worker", "api", "redis"] as Victim[]).entries()) {
    it(`of ${victim}${victim === "redis" ? ", which comes back empty" : ""}, at ${POINTS} points`, async (test) => {
      const app = await App.start({ apis: 2, workers: victim === "worker" ? 2 : 1 });
      try {
        const moment = random(SEED + n);
        for (let point = 0; point < POINTS; point++) {
          const at = moment();
          const history = await strike(app, victim, at);
          assert.deepEqual(violations(history), [], `point ${point}, ${Math.round(at * 100)} % into the streams`);
          test.diagnostic(`${victim} ${point}: at ${Math.round(at * 100)} %, takeover ${history.takeoverMs ?? "-"} ms`);
        }
      } catch (error) {
        process.stderr.write(`${app.logs()}\n`);
        throw error;
      } finally {
        await app.stop();
      }
    });
  }
});
