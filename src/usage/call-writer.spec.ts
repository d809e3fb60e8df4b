// Writes that share a commit: all of them, in order, and none lost because another one failed.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { World } from "../../test/app/world.js";
import { CallWriter } from "./call-writer.js";
import { ProviderCallsRepository } from "./provider-calls.repository.js";
import { SpendingCounters } from "./spending-counters.js";

describe("the call writer", () => {
  let world: World;
  let workspaceId: string;
  before(async () => {
    world = await World.start();
    workspaceId = (await world.anOwner()).workspaceId;
  });
  after(() => world?.stop());

  it("writes what works beside what fails, each row whole and in order", async () => {
    const db = world.get(Database);
    const calls = new ProviderCallsRepository(db, new SpendingCounters(db));
    const writer = new CallWriter(db);
    const call = {
      workspaceId,
      userId: null,
      kind: "gateway",
      conversationId: null,
      messageId: null,
      attempt: 1,
      model: "m",
    } as const;
    const ids = Array.from({ length: 300 }, (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`);
    const results = await Promise.allSettled(
      ids.flatMap((id, n) => [
        writer.write(async () => void (await calls.begin(call, id))),
        // Every tenth claims the same generation: the unique index refuses all but the first.
        writer.write(() => calls.setGeneration(id, n % 10 === 0 ? "gen-same" : `gen-${n}`, null)),
        writer.write(() => calls.end(id, { costUsd: "0.0000001", promptTokens: n, isByok: false })),
      ]),
    );
    assert.equal(results.filter(({ status }) => status === "rejected").length, 29);
    for (const [n, id] of ids.entries()) {
      const row = await calls.find(id);
      assert.deepEqual(
        [row?.costUsd, row?.costPico, row?.promptTokens, row?.isByok, row?.state],
        ["0.0000001", 100_000, n, false, "final"],
      );
      assert.equal(row?.generationId, n % 10 !== 0 ? `gen-${n}` : n === 0 ? "gen-same" : null);
    }
  });

  it("takes along what nobody waits for with the next commit, and writes it by itself when none comes", async () => {
    const db = world.get(Database);
    const writer = new CallWriter(db);
    const order: string[] = [];
    const later = writer.writeLater(async () => void order.push("later"));
    await writer.write(async () => void order.push("now"));
    assert.deepEqual(order, ["now", "later"]);
    await later;
    await writer.writeLater(async () => void order.push("alone"));
    await assert.rejects(
      writer.writeLater(() => Promise.reject(new Error("no"))),
      /no/,
    );
    assert.deepEqual(order, ["now", "later", "alone"]);
  });
});
