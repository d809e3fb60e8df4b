// Writes that share a commit: all of them, in order, and none lost because another one failed.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { World } from "../../test/app/world.js";
import { CallWriter, type Counting, type OpeningCall } from "./call-writer.js";
import { type CallEnd, type CallOutcome, ProviderCallsRepository } from "./provider-calls.repository.js";
import { SpendingCounters, workspaceSubject } from "./spending-counters.js";

const nobody: Counting = async (spenders) => spenders.map(() => false);

describe("the call writer", () => {
  let world: World;
  let db: Database;
  let calls: ProviderCallsRepository;
  let call: OpeningCall;
  before(async () => {
    world = await World.start();
    db = world.get(Database);
    calls = world.get(ProviderCallsRepository);
    const { workspaceId } = await world.anOwner();
    call = {
      ...{ workspaceId, userId: null, apiKeyId: null, kind: "gateway" },
      ...{ conversationId: null, messageId: null, attempt: 1, model: "m", createdAt: Date.now() },
    };
  });
  after(() => world?.stop());

  const endOf = (id: string, outcome: CallOutcome, generationId: string | null = null): CallEnd => ({
    ...{ id, outcome, generation: { generationId, providerKeyId: null } },
    spender: { workspaceId: call.workspaceId, userId: null, apiKeyId: null },
  });

  it("writes what works beside what fails, each row whole and in order", async () => {
    const writer = new CallWriter(db, calls);
    const ids = await Promise.all(Array.from({ length: 300 }, () => writer.open(call, nobody)));
    const results = await Promise.allSettled(
      ids.flatMap((id, n) => [
        // Every tenth claims the same generation: the unique index refuses all but the first.
        writer.setGeneration(id!, { generationId: n % 10 === 0 ? "gen-same" : `gen-${n}`, providerKeyId: null }),
        writer.end(endOf(id!, { costUsd: "0.0000001", promptTokens: n, isByok: false })),
      ]),
    );
    assert.equal(results.filter(({ status }) => status === "rejected").length, 29);
    for (const [n, id] of ids.entries()) {
      const row = await calls.find(id!);
      assert.deepEqual(
        [row?.costUsd, row?.costPico, row?.promptTokens, row?.isByok, row?.state],
        ["0.0000001", 100_000, n, false, "final"],
      );
      assert.equal(row?.generationId, n % 10 !== 0 ? `gen-${n}` : n === 0 ? "gen-same" : null);
    }
  });

  it("opens no row of a call that is counted, and asks once for all that begin together", async () => {
    const writer = new CallWriter(db, calls);
    const asked: number[] = [];
    const everySecond: Counting = async (spenders) => {
      asked.push(spenders.length);
      return spenders.map((_, n) => n % 2 === 1);
    };
    const ids = await Promise.all(Array.from({ length: 6 }, () => writer.open(call, everySecond)));
    assert.deepEqual(asked, [6]);
    assert.deepEqual(
      ids.map((id) => id === null),
      [false, true, false, true, false, true],
    );
    for (const id of ids) if (id !== null) assert.equal((await calls.find(id))?.state, "estimated");
  });

  it("counts the end of a call for which a budget was made while it ran", async () => {
    const [writer, counters] = [new CallWriter(db, calls), new SpendingCounters(db)];
    const counted = { subject: workspaceSubject(call.workspaceId), period: "total" as const };
    const id = await writer.open(call, nobody);
    await db.transaction(() => counters.open({ ...counted, workspaceId: call.workspaceId }, Date.now()));
    const spent = async () => (await counters.read([counted.subject], Date.now()))[0]!.spent;
    const before = await spent();
    await Promise.all([writer.end(endOf(id!, { costUsd: "0.5" })), writer.open(call, nobody)]);
    assert.equal((await spent()) - before, 500_000_000_000n);
    await db.transaction(() => counters.close(counted.subject, counted.period));
  });

  it("takes along what nobody waits for with the next commit, and writes it by itself when none comes", async () => {
    const writer = new CallWriter(db, calls);
    const ids = await Promise.all(Array.from({ length: 3 }, () => writer.open(call, nobody)));
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
