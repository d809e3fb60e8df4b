// Days and months of budgets, at their edges.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { startOf } from "#src/usage/subjects";
import { beginOf, endOf, forecast } from "./periods.js";

const at = (text: string) => Date.parse(text);

test("periods begin and end at midnight UTC, across leap days and years", () => {
  assert.equal(beginOf("day", at("2028-02-29T23:59:59.999Z")), "2028-02-29T00:00:00.000Z");
  assert.equal(endOf("day", at("2028-02-29T23:59:59.999Z")), "2028-03-01T00:00:00.000Z");
  assert.equal(endOf("month", at("2026-12-31T12:00:00Z")), "2027-01-01T00:00:00.000Z");
  assert.equal(startOf("month", at("2026-12-31T23:59:59.999Z")), "2026-12");
  assert.deepEqual([beginOf("total", 0), endOf("total", 0), startOf("total", 0)], [null, null, ""]);
});

test("the period of a moment does not depend on which was asked for before", () => {
  const around = fc.integer({ min: -2_000, max: 2_000 }).map((ms) => at("2026-12-31T00:00:00Z") + ms);
  const moments = fc.array(fc.oneof(around, fc.integer({ min: 0, max: at("2100-01-01T00:00:00Z") })), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(moments, (times) => {
      for (const time of times) {
        const date = new Date(time).toISOString();
        assert.deepEqual([startOf("day", time), startOf("month", time)], [date.slice(0, 10), date.slice(0, 7)]);
      }
    }),
  );
});

test("the forecast goes on as until now", () => {
  assert.equal(forecast("month", 1_000n, at("2026-11-16T00:00:00Z")), 2_000n);
  assert.equal(forecast("day", 30n, at("2026-11-23T18:00:00Z")), 40n);
  assert.equal(forecast("month", 1_000n, at("2026-11-01T00:10:00Z")), null, "nothing follows from ten minutes");
  assert.equal(forecast("total", 5n, 0), null);
});
