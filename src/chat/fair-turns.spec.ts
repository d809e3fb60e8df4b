// Turns: limits hold, no place stays free, nobody's flood takes another's place.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Asker, nextTurns, type Waiting } from "./fair-turns.js";

const askers = fc.record({
  workspaceId: fc.constantFrom("a", "b", "c", "d"),
  userId: fc.constantFrom("ann", "bob", null),
});
const limits = fc.record({
  perUser: fc.integer({ min: 1, max: 4 }),
  perWorkspace: fc.integer({ min: 1, max: 6 }),
  inAll: fc.integer({ min: 1, max: 12 }),
});
const numbered = (rows: Asker[]): Waiting[] =>
  rows.map((row, n) => ({ ...row, messageId: String(n).padStart(4, "0") }));

function counted(rows: readonly Asker[], key: (row: Asker) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
  return counts;
}
const workspaceOf = ({ workspaceId }: Asker) => workspaceId;
const userOf = ({ workspaceId, userId }: Asker) => `${workspaceId}/${userId}`;

describe("turns", () => {
  it("go up to the limits, leave no place free that somebody could take, and keep each member's order", () => {
    fc.assert(
      fc.property(fc.array(askers, { maxLength: 40 }), limits, (rows, limit) => {
        const waiting = numbered(rows);
        const turns = nextTurns([], waiting, limit);
        const chosen = turns.map((id) => waiting.find(({ messageId }) => messageId === id)!);
        const [users, workspaces] = [counted(chosen, userOf), counted(chosen, workspaceOf)];
        assert.equal(new Set(turns).size, turns.length);
        assert.ok(turns.length <= limit.inAll);
        for (const count of users.values()) assert.ok(count <= limit.perUser);
        for (const count of workspaces.values()) assert.ok(count <= limit.perWorkspace);
        for (const one of waiting) {
          if (turns.includes(one.messageId)) continue;
          const full =
            turns.length === limit.inAll ||
            workspaces.get(one.workspaceId) === limit.perWorkspace ||
            users.get(userOf(one)) === limit.perUser;
          assert.ok(full, `${one.messageId} waits for nothing`);
        }
        for (const one of chosen)
          for (const other of waiting)
            if (userOf(other) === userOf(one) && other.messageId < one.messageId)
              assert.ok(turns.includes(other.messageId), "a later message of the same member was first");
      }),
    );
  });

  it("differ by one place at most between workspaces that all want more", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 60 }), (workspaces, inAll) => {
        const rows = Array.from({ length: workspaces }, (_, n) =>
          Array.from({ length: n === 0 ? 500 : inAll }, (): Asker => ({ workspaceId: `w${n}`, userId: "ann" })),
        ).flat();
        const waiting = numbered(rows);
        const turns = nextTurns([], waiting, { perUser: 1_000, perWorkspace: 1_000, inAll });
        const places = counted(
          turns.map((id) => waiting.find(({ messageId }) => messageId === id)!),
          workspaceOf,
        );
        const counts = Array.from({ length: workspaces }, (_, n) => places.get(`w${n}`) ?? 0);
        assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, counts.join(" "));
      }),
      { numRuns: 30 },
    );
  });

  it("give the next free place to who has least, however long the other has waited", () => {
    const running = Array.from({ length: 3 }, (): Asker => ({ workspaceId: "flood", userId: "ann" }));
    const waiting = numbered([
      ...Array.from({ length: 50 }, (): Asker => ({ workspaceId: "flood", userId: "ann" })),
      { workspaceId: "small", userId: "bob" },
    ]);
    assert.deepEqual(nextTurns(running, waiting, { perUser: 50, perWorkspace: 50, inAll: 4 }), ["0050"]);
  });
});
