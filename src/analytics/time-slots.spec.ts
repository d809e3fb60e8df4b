// Days and hours of people's clocks, where clocks change and where offsets are odd.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LocalTime } from "./time-slots.js";

const at = (text: string) => Date.parse(text);

test("days begin at midnight of the zone, also where it is not a whole hour from UTC", () => {
  const kolkata = new LocalTime("Asia/Kolkata");
  assert.deepEqual(
    [kolkata.day(at("2026-11-22T18:15:00Z")), kolkata.day(at("2026-11-22T18:30:00Z"))],
    ["2026-11-22", "2026-11-23"],
  );
  assert.equal(kolkata.hour(at("2026-11-22T18:45:00Z")), "2026-11-23T00:00+05:30");
  assert.equal(new LocalTime("UTC").hour(at("2026-11-22T00:00:00Z")), "2026-11-22T00:00+00:00");
});

test("the hour that comes twice is two hours, and the one that is left out is none", () => {
  const vienna = new LocalTime("Europe/Vienna");
  assert.deepEqual(
    [at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z")].map((time) => vienna.hour(time)),
    ["2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"],
  );
  assert.equal(vienna.hour(at("2026-03-29T01:00:00Z")), "2026-03-29T03:00+02:00");
});

test("an unknown zone is named", () => {
  assert.throws(() => new LocalTime("Europe/Atlantis"), /tz: must be a time zone/);
});
