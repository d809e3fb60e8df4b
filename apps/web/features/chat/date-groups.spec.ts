// Conversations fall into the groups that people expect, each into exactly one.
import type { Conversation } from "@parley/client";
import fc from "fast-check";
import { expect, test } from "vitest";
import { groupByDate } from "./date-groups";

const NOW = new Date(2026, 10, 23, 9, 30).getTime();

function conversation(id: string, updatedAt: Date, pinned = false): Conversation {
  return { id, updatedAt: updatedAt.toISOString(), pinned } as Conversation;
}

test("by day, week and month", () => {
  const groups = groupByDate(
    [
      conversation("now", new Date(2026, 10, 23, 9, 0)),
      conversation("midnight", new Date(2026, 10, 23, 0, 0)),
      conversation("last night", new Date(2026, 10, 22, 23, 59)),
      conversation("monday", new Date(2026, 10, 16, 12, 0)),
      conversation("early november", new Date(2026, 10, 3)),
      conversation("september", new Date(2026, 8, 30)),
      conversation("last year", new Date(2025, 8, 30)),
      conversation("kept", new Date(2024, 0, 1), true),
    ],
    NOW,
  );
  expect(groups.map(({ label, month, conversations }) => [month ?? label, conversations.map(({ id }) => id)])).toEqual([
    ["pinned", ["kept"]],
    ["today", ["now", "midnight"]],
    ["yesterday", ["last night"]],
    ["week", ["monday"]],
    ["November", ["early november"]],
    ["September", ["september"]],
    ["September 2025", ["last year"]],
  ]);
});

test("a clock that is ahead still means today", () => {
  expect(groupByDate([conversation("a", new Date(NOW + 60_000))], NOW)[0]?.label).toBe("today");
});

test("each conversation stands in exactly one group", () => {
  const dates = fc.array(
    fc.tuple(fc.date({ min: new Date(2020, 0), max: new Date(2026, 11), noInvalidDate: true }), fc.boolean()),
  );
  fc.assert(
    fc.property(dates, (list) => {
      const all = list.map(([date, pinned], index) => conversation(`${index}`, date, pinned));
      const grouped = groupByDate(all, NOW).flatMap((group) => group.conversations);
      expect(grouped.map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort());
    }),
  );
});
