// Whatever of a stream is lost, repeated or late on the way: every subscriber gets each delta once, in order, and one end.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { Logger } from "#libs/observability/index";
import type { RedisClients } from "#libs/redis/index";
import { formatLive, type LiveEvent } from "./live-line.js";
import { Relay } from "./relay.js";
import type { ReplaySource } from "./replay-source.js";
import { isTerminal, type Subscriber } from "./room.js";
import { Rooms } from "./rooms.js";

const place = { workspaceId: "w", conversationId: "c", messageId: "m" };
const delta = (seq: number): LiveEvent => ({
  ...place,
  event: "message:delta",
  attempt: 1,
  seq,
  json: JSON.stringify({ seq }),
});

class Ear implements Subscriber {
  readonly userId = "u";
  readonly sessionId = "s";
  readonly heard: { event: string; seq: number }[] = [];
  readonly ended: Promise<void>;
  private end!: () => void;

  constructor(readonly id: string) {
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  write(event: string, _json: string, seq: number): void {
    this.heard.push({ event, seq });
    if (isTerminal(event)) this.end();
  }

  close(): void {}
}

/** A log that knows every delta, as Redis and the row together do. */
function logOf(count: number): ReplaySource {
  return {
    deltas: async (_id, _attempt, after) => Array.from({ length: count }, (_, n) => delta(n + 1)).slice(after),
    ended: async () => [],
  };
}

function aRelay(source: ReplaySource): { relay: Relay; rooms: Rooms } {
  const rooms = new Rooms();
  const logger = new Logger({ level: "silent", service: "test" });
  return { relay: new Relay(undefined as unknown as RedisClients, rooms, source, logger), rooms };
}

const terminal = (seq: number): LiveEvent => ({
  ...place,
  event: "message:completed",
  attempt: 1,
  seq,
  json: "{}",
});

describe("the relay", () => {
  it("delivers every delta once, in order, then the one end, whatever the channel does", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.nat(11), { maxLength: 30 }),
        fc.nat(3),
        async (count, arrivals, repeats) => {
          const { relay, rooms } = aRelay(logOf(count));
          const ear = new Ear("e");
          rooms.join("w", "c", ear).release([]);
          for (const n of arrivals) relay.receive(formatLive(delta((n % count) + 1)));
          for (let n = 0; n <= repeats; n++) relay.receive(formatLive(terminal(count)));
          await ear.ended;
          // A worker that got no answer from Redis sends its last lines again.
          for (const n of arrivals) relay.receive(formatLive(delta((n % count) + 1)));
          await turn();
          const seqs = ear.heard.filter(({ event }) => event === "message:delta").map(({ seq }) => seq);
          assert.deepEqual(
            seqs,
            Array.from({ length: count }, (_, n) => n + 1),
          );
          assert.equal(ear.heard.filter(({ event }) => isTerminal(event)).length, 1);
          assert.ok(isTerminal(ear.heard.at(-1)?.event ?? ""));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("gives a late joiner its replay and then the rest, with nothing twice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 10 }), fc.nat(10), fc.nat(10), async (count, at, held) => {
        const { relay, rooms } = aRelay(logOf(count));
        const early = new Ear("early");
        rooms.join("w", "c", early).release([]);
        const joined = Math.min(at, count);
        for (let seq = 1; seq <= joined; seq++) relay.receive(formatLive(delta(seq)));
        const late = new Ear("late");
        const membership = rooms.join("w", "c", late);
        // What arrives between joining and release is held back; the replay overlaps with it.
        const during = Math.min(count, joined + held);
        for (let seq = joined + 1; seq <= during; seq++) relay.receive(formatLive(delta(seq)));
        membership.release(Array.from({ length: Math.min(count, joined + 1) }, (_, n) => delta(n + 1)));
        for (let seq = during + 1; seq <= count; seq++) relay.receive(formatLive(delta(seq)));
        relay.receive(formatLive(terminal(count)));
        await Promise.all([early.ended, late.ended]);
        assert.deepEqual(late.heard, early.heard);
      }),
      { numRuns: 100 },
    );
  });

  it("never goes back before the place a reader resumed from, though the relay reads the stream from its start", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 10 }), fc.nat(9), fc.boolean(), async (count, has, isHeld) => {
        const after = has % count;
        const { relay, rooms } = aRelay(logOf(count));
        const ear = new Ear("e");
        const membership = rooms.join("w", "c", ear);
        membership.startAt("m", { attempt: 1, seq: after });
        // The log holds nothing behind that place yet: the replay is empty, and this process has no cursor.
        if (!isHeld) membership.release([]);
        relay.receive(formatLive(delta(count)));
        if (isHeld) membership.release([]);
        relay.receive(formatLive(terminal(count)));
        await ear.ended;
        const seqs = ear.heard.filter(({ event }) => event === "message:delta").map(({ seq }) => seq);
        assert.deepEqual(
          seqs,
          Array.from({ length: count - after }, (_, n) => after + n + 1),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("tells a conversation's change once to a subscriber that is in its room and in the workspace", () => {
    const { relay, rooms } = aRelay(logOf(0));
    const ear = new Ear("e");
    rooms.join("w", "c", ear).release([]);
    rooms.joinWorkspace("w", ear);
    const other = new Ear("o");
    rooms.joinWorkspace("w", other);
    relay.receive(formatLive({ ...place, event: "conversation:updated", attempt: 0, seq: 0, json: "{}" }));
    assert.deepEqual([ear.heard.length, other.heard.length], [1, 1]);
    relay.receive("not a line\n\n");
  });
});
