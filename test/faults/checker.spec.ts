// The checker finds each of six planted faults, wherever it is planted, and nothing in a good history.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { violations } from "./checker.js";
import type { History, Row, Seen } from "./history.js";

interface Shape {
  messages: number;
  deltas: number;
  clients: number;
}

/** A history in which every promise was kept. */
function good({ messages, deltas, clients }: Shape): History {
  const ids = Array.from({ length: messages }, (_, n) => `a${n}`);
  const pieces = Array.from({ length: deltas }, (_, n) => ({ attempt: 1, seq: n + 1, text: `t${n} ` }));
  const content = pieces.map(({ text }) => text).join("");
  const rows = (): Row[] =>
    ids.flatMap((id) => [
      { id: `u${id}`, status: "completed", attempt: 1, content: "question" },
      { id, status: "completed", attempt: 1, content },
    ]);
  const seen = (): Seen[] =>
    ids.flatMap((messageId): Seen[] => [
      ...pieces.map((piece): Seen => ({ kind: "delta", messageId, ...piece })),
      { kind: "end", messageId, status: "completed", content },
    ]);
  return {
    acked: ids.map((id) => ({ userMessageId: `u${id}`, assistantMessageId: id })),
    clients: Object.fromEntries(Array.from({ length: clients }, (_, n) => [`tab ${n}`, seen()])),
    reads: [rows(), rows()],
    ledger: ids.map((id) => ({ generationId: `gen-${id}`, costUsd: "0.000128", costState: "final" })),
    billed: ids.map((id) => ({ generationId: `gen-${id}`, costUsd: "0.000128" })),
    takeoverMs: null,
  };
}

const shape = fc.record({
  messages: fc.integer({ min: 1, max: 4 }),
  deltas: fc.integer({ min: 3, max: 8 }),
  clients: fc.integer({ min: 1, max: 3 }),
});

/** Six ways to break a history; `where` chooses the place. */
const PLANTED: Record<string, (history: History, where: number) => void> = {
  loss(history, where) {
    const seen = clientAt(history, where);
    seen.splice(indexOfDelta(seen, where, 1), 1);
  },
  repeat(history, where) {
    const seen = clientAt(history, where);
    const at = indexOfDelta(seen, where, 0);
    seen.splice(at, 0, seen[at] as Seen);
  },
  reorder(history, where) {
    const seen = clientAt(history, where);
    const at = indexOfDelta(seen, where, 1);
    [seen[at - 1], seen[at]] = [seen[at] as Seen, seen[at - 1] as Seen];
  },
  "double charge"(history, where) {
    history.ledger.push({ ...history.ledger[where % history.ledger.length]! });
  },
  stuck(history, where) {
    history.reads[1][where % history.reads[1].length]!.status = "streaming";
  },
  "changed terminal state"(history, where) {
    history.reads[0][where % history.reads[0].length]!.status = "interrupted";
  },
};

function clientAt(history: History, where: number): Seen[] {
  const names = Object.keys(history.clients);
  return history.clients[names[where % names.length]!]!;
}

/** A delta that is not among the first `skip` ones of its message. */
function indexOfDelta(seen: readonly Seen[], where: number, skip: number): number {
  const places = seen.flatMap((event, index) => (event.kind === "delta" && event.seq > skip ? [index] : []));
  return places[where % places.length]!;
}

describe("the checker", () => {
  it("finds nothing in a history in which every promise was kept", () => {
    fc.assert(fc.property(shape, (of) => assert.deepEqual(violations(good(of)), [])));
  });

  for (const [name, plant] of Object.entries(PLANTED)) {
    it(`finds a planted ${name}`, () => {
      fc.assert(
        fc.property(shape, fc.nat(1_000), (of, where) => {
          const history = good(of);
          plant(history, where);
          assert.notDeepEqual(violations(history), []);
        }),
      );
    });
  }

  it("finds a lost message, an invented charge, a wrong amount, a late takeover and a restart after output", () => {
    const broken: ((history: History) => void)[] = [
      (history) => history.reads[1].pop(),
      (history) => history.ledger.push({ generationId: "gen-x", costUsd: "0.1", costState: "final" }),
      (history) => Object.assign(history.ledger[0]!, { costUsd: "0.000127" }),
      (history) => Object.assign(history, { takeoverMs: 8_001 }),
      (history) => history.clients["tab 0"]!.splice(1, 0, { kind: "restarted", messageId: "a0", attempt: 2 }),
    ];
    for (const plant of broken) {
      const history = good({ messages: 2, deltas: 3, clients: 1 });
      plant(history);
      assert.notDeepEqual(violations(history), []);
    }
  });
});
