// What the request log's address may say, and what is asked of the API for it.
import { expect, test } from "vitest";
import { logFilter, logSearch } from "./request-log-search";

test("an address says what is looked for, and nothing else", () => {
  const search = { model: "haiku", status: "failed", key: "k", member: "m", time: "day" };
  expect(logSearch({ ...search, from: "2026-11-29T00:00:00Z", limit: 5 })).toEqual(search);
  expect(logSearch({ model: "", status: "odd", key: 7, member: ["m"], time: "toString" })).toEqual({});
});

test("times become the moment at which they begin", () => {
  const now = Date.parse("2026-11-29T12:00:00Z");
  expect(logFilter({ time: "hour", status: "stopped" }, now)).toEqual({
    from: "2026-11-29T11:00:00.000Z",
    status: "stopped",
  });
  expect(logFilter({ key: "k", member: "m", model: " haiku " }, now)).toEqual({
    apiKeyId: "k",
    userId: "m",
    model: "haiku",
  });
  expect(logFilter({ model: " " }, now)).toEqual({});
});
