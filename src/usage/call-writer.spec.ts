// Writes that share a commit: all of them, in order, and none lost because another one failed.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { World } from "../../test/app/world.js";
import { CallWriter, type OpeningCall } from "./call-writer.js";
import { type Gate, type Passage } from "./gate.js";
import { type CallEnd, type CallOutcome, ProviderCallsRepository } from "./provider-calls.repository.js";
import { SpendingCounters } from "./spending-counters.js";
import { workspaceSubject } from "./subjects.js";

const all: Gate<null, Passage> = async (asking) => asking.map(() => ({ admitted: true, held: null }));

for (const kind of ["sqlite", "postgres"] as const)
  describe(`the call writer on ${kind}`, () => {
    // More than one transaction takes; one by one they cost a server more.
    const many = kind === "sqlite" ? 300 : 60;
    let world: World;
    let db: Database;
    let calls: ProviderCallsRepository;
    let counters: SpendingCounters;
    let call: OpeningCall;
    before(async () => {
      world = await World.start({}, kind);
      db = world.get(Database);
      calls = world.get(ProviderCallsRepository);
      counters = world.get(SpendingCounters);
      const { workspaceId } = await world.anOwner();
      call = {
        ...{ workspaceId, userId: null, apiKeyId: null, kind: "gateway" },
        ...{ conversationId: null, messageId: null, attempt: 1, model: "m", createdAt: Date.now() },
      };
    });
    after(() => world?.stop());

    const aWriter = () => new CallWriter(db, calls, counters);
    const open = async (writer: CallWriter, gate = all) => (await writer.open(call, null, gate)).callId;
    const endOf = (id: string, outcome: CallOutcome, generationId: string | null = null): CallEnd => ({
      ...{ id, outcome, generation: { generationId, providerKeyId: null } },
      spender: { workspaceId: call.workspaceId, userId: null, apiKeyId: null },
    });

    it("writes what works beside what fails, each row whole and in order", async () => {
      const writer = aWriter();
      const ids = await Promise.all(Array.from({ length: many }, () => open(writer)));
      const results = await Promise.allSettled(
        ids.flatMap((id, n) => [
          // Every tenth claims the same generation: the unique index refuses all but the first.
          writer.setGeneration(id!, { generationId: n % 10 === 0 ? "gen-same" : `gen-${n}`, providerKeyId: null }),
          writer.end(endOf(id!, { costUsd: "0.0000001", promptTokens: n, isByok: false })),
        ]),
      );
      assert.equal(results.filter(({ status }) => status === "rejected").length, many / 10 - 1);
      for (const [n, id] of ids.entries()) {
        const row = await calls.find(id!);
        assert.deepEqual(
          [row?.costUsd, row?.costPico, row?.promptTokens, row?.isByok, row?.state],
          ["0.0000001", 100_000, n, false, "final"],
        );
        assert.equal(row?.generationId, n % 10 !== 0 ? `gen-${n}` : n === 0 ? "gen-same" : null);
      }
    });

    it("opens no row of a call that may not begin, and asks once for all that begin together", async () => {
      const writer = aWriter();
      const asked: number[] = [];
      const everySecond: Gate<null, Passage> = async (asking) => {
        asked.push(asking.length);
        return asking.map((_, n) => ({ admitted: n % 2 === 0, held: null }));
      };
      const ids = await Promise.all(Array.from({ length: 6 }, () => open(writer, everySecond)));
      assert.deepEqual(asked, [6]);
      assert.deepEqual(
        ids.map((id) => id === null),
        [false, true, false, true, false, true],
      );
      for (const id of ids) if (id !== null) assert.equal((await calls.find(id))?.state, "estimated");
    });

    it("counts the end of a call for which a budget was made while it ran", async () => {
      const writer = aWriter();
      const counted = { subject: workspaceSubject(call.workspaceId), period: "total" as const };
      const id = await open(writer);
      await db.transaction(() => counters.open({ ...counted, workspaceId: call.workspaceId }, Date.now()));
      const spent = async () => (await counters.read([counted.subject], Date.now()))[0]!.spent;
      const before = await spent();
      await Promise.all([writer.end(endOf(id!, { costUsd: "0.5" })), open(writer)]);
      assert.equal((await spent()) - before, 500_000_000_000n);
      await db.transaction(() => counters.close(counted.subject, counted.period));
    });

    it("holds and lets go of amounts in one commit, and lets those that end make room for those that begin", async () => {
      const writer = aWriter();
      const counted = { subject: workspaceSubject(call.workspaceId), period: "total" as const };
      await db.transaction(() => counters.open({ ...counted, workspaceId: call.workspaceId }, Date.now()));
      const counter = async () => {
        const { spent, reserved } = (await counters.read([counted.subject], Date.now()))[0]!;
        return [spent, reserved];
      };
      const [before] = await counter();
      const seen: bigint[] = [];
      const tens: Gate<null, Passage> = async (asking, held) =>
        asking.map(({ spender }) => {
          seen.push(held.of(counted.subject, "total", spender.createdAt)!.reserved);
          held.add(spender, 0n, 10n);
          return { admitted: true, held: 10n };
        });
      const ids = await Promise.all(Array.from({ length: 3 }, () => open(writer, tens)));
      assert.deepEqual(
        [seen, await counter()],
        [
          [0n, 10n, 20n],
          [before, 30n],
        ],
      );
      assert.equal((await calls.find(ids[0]!))?.reservedPico, 10);
      const [, id] = await Promise.all([
        writer.end(endOf(ids[0]!, { costUsd: "0.000000000007" })),
        open(writer, tens),
        // A cost that is not known is held on.
        writer.end(endOf(ids[1]!, { errorCode: "stream_interrupted" })),
      ]);
      assert.deepEqual([seen.at(-1), await counter()], [20n, [before! + 7n, 30n]]);
      assert.equal((await calls.find(ids[0]!))?.reservedPico, 0);
      // The same end again, beside another one: counted once.
      await Promise.all([
        writer.end(endOf(ids[0]!, { costUsd: "0.000000000007" })),
        writer.end(endOf(id!, { costUsd: "0.000000000001" })),
        writer.end(endOf(id!, { costUsd: "0.000000000001" })),
      ]);
      assert.deepEqual(await counter(), [before! + 8n, 20n]);
      for (const one of ids.slice(1)) await writer.end(endOf(one!, { costUsd: "0" }));
      assert.deepEqual(await counter(), [before! + 8n, 0n]);
      await db.transaction(() => counters.close(counted.subject, counted.period));
    });

    it("takes along what nobody waits for with the next commit, and writes it by itself when none comes", async () => {
      const writer = aWriter();
      const ids = await Promise.all(Array.from({ length: 3 }, () => open(writer)));
      const order: string[] = [];
      const later = writer.endLater(endOf(ids[0]!, { costUsd: "1" })).then(() => order.push("later"));
      await writer.setGeneration(ids[1]!, { generationId: "gen-now", providerKeyId: null });
      order.push("now");
      assert.equal((await calls.find(ids[0]!))?.state, "final");
      await later;
      await writer.endLater(endOf(ids[1]!, { costUsd: "1" }));
      assert.equal((await calls.find(ids[1]!))?.state, "final");
      // The unique index again.
      await assert.rejects(writer.endLater(endOf(ids[2]!, { costUsd: "1" }, "gen-now")));
      assert.deepEqual(order.sort(), ["later", "now"]);
    });
  });
