// The bill of many calls of every price, with stops and kill -9: the ledger's sum is the provider's, to the last digit.
// BILL_CALLS=10000 for the nightly run.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { App } from "../app/app.js";
import { plainDecimal, sumOf } from "../e2e/decimal.js";
import { Bill } from "./bill.js";

const CALLS = Number(process.env["BILL_CALLS"] ?? 300);
/** Of all calls, one in this many is on its way when a process is killed. */
const KILLED = 20;

describe(`the bill of ${CALLS} calls`, () => {
  it("is the provider's, with caches, own keys, overrides, late records, 5 % stopped and 5 % killed", async (test) => {
    const app = await App.start({ apis: 2, workers: 2, env: { REST_LIMIT: "0", REST_IP_LIMIT: "0" } });
    try {
      const bill = await Bill.open(app);
      await bill.run(CALLS, CALLS / KILLED);
      const rows = await bill.settled(CALLS);
      const costs = new Map(rows.map(({ generationId, costUsd }) => [generationId, costUsd]));
      const lost = new Set(rows.filter((row) => bill.isLost(row)).map(({ generationId }) => generationId));
      const billed: string[] = [];
      let unheard = 0;
      for (const { body: _, ...entry } of await app.simulator.journal()) {
        if (entry.generationId === null || entry.billed === null || lost.has(entry.generationId)) continue;
        const costUsd = plainDecimal(entry.billed);
        const known = costs.get(entry.generationId);
        // Killed before it could read the headers, a process leaves a row, but nobody knows of which generation.
        if (known === undefined && bill.killedAt(entry.headersAt)) unheard += 1;
        else {
          assert.equal(known ?? "0", costUsd, `${JSON.stringify(entry)}; ${bill.told()}`);
          billed.push(costUsd);
        }
      }
      const withoutId = rows.filter(({ generationId }) => generationId === null).length;
      assert.ok(unheard <= withoutId, `${unheard} unheard, ${withoutId} rows without an id`);
      const ids = rows.flatMap(({ generationId }) => generationId ?? []);
      assert.equal(new Set(ids).size, ids.length, "no call is counted twice");
      const total = sumOf(billed);
      assert.equal(sumOf(rows.map(({ costUsd }) => costUsd ?? "0")), total);
      assert.notEqual(total, "0");
      // A process may die before it has read what was asked of it: no row, and nothing billed.
      assert.ok(rows.length + bill.cut >= CALLS, "every call that began has a row");
      const states = Object.entries(Object.groupBy(rows, ({ costState }) => costState)).map(
        ([state, some]) => `${some?.length} ${state}`,
      );
      test.diagnostic(
        `${rows.length} rows (${states.join(", ")}), ${total} USD, ${unheard} unheard, ${lost.size} killed without a record; ${bill.told()}`,
      );
    } catch (error) {
      process.stderr.write(`${app.logs()}\n`);
      throw error;
    } finally {
      await app.stop();
    }
  });
});
