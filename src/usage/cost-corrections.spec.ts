// Late costs: rows that are only added to, once each, whatever comes at the same time, and gone with their workspace alone.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database, newId } from "#libs/database/index";
import { type Actor } from "#src/auth/actor";
import { KeySpending } from "#src/vault/key-spending";
import { type DatabaseKind } from "../../test/app/database.js";
import { World } from "../../test/app/world.js";
import { CostCorrection } from "./cost-correction.entity.js";
import { CostCorrections } from "./cost-corrections.js";
import { LedgerKeySpending } from "./ledger-key-spending.js";
import { NOT_RECORDED, ProviderCallsRepository } from "./provider-calls.repository.js";
import { SpendingCounters } from "./spending-counters.js";
import { workspaceSubject } from "./subjects.js";

for (const database of ["sqlite", "postgres"] satisfies DatabaseKind[]) {
  describe(`cost corrections on ${database}`, () => {
    let world: World;
    let owner: Actor;
    before(async () => {
      world = await World.start({}, database);
      owner = await world.anOwner();
    });
    after(() => world?.stop());

    const calls = () => world.get(ProviderCallsRepository);
    const corrections = () => world.get(CostCorrections);
    const ofCall = async (id: string) => (await corrections().of([id])).get(id) ?? [];

    async function aCall(costUsd: string | null, of = owner): Promise<string> {
      const { workspaceId, userId } = of;
      const place = { kind: "gateway", conversationId: null, messageId: null, attempt: 1, model: "m" } as const;
      const id = await calls().begin({ ...place, workspaceId, userId });
      if (costUsd !== null) await calls().end(id, { costUsd });
      return id;
    }

    it("leave the call's row as it is, and follow one another", async () => {
      const id = await aCall("0.1");
      const before = await calls().find(id);
      assert.equal(await corrections().add(id, "0.10", "generation_record"), null, "the same amount");
      await corrections().add(id, "0.2", "generation_record");
      assert.equal(await corrections().add(id, "0.2", "generation_record"), null, "told twice");
      await corrections().add(id, "0.20000000000000001", "generation_record");
      await corrections().add(id, "0.1", "generation_record");
      assert.deepEqual(await calls().find(id), before);
      assert.deepEqual(
        (await ofCall(id)).map((row) => [row.seq, row.costBeforeUsd, row.costAfterUsd, row.deltaPico]),
        [
          [1, "0.1", "0.2", 100_000_000_000],
          [2, "0.2", "0.20000000000000001", 0],
          [3, "0.20000000000000001", "0.1", -100_000_000_000],
        ],
      );
    });

    it("are not of calls that have no cost yet", async () => {
      assert.equal(await corrections().add(await aCall(null), "1", "generation_record"), null);
      assert.equal(await corrections().add(newId(), "1", "generation_record"), null);
    });

    it("are one when many are told the same at once", async () => {
      const id = await aCall("1");
      const all = Array.from({ length: 8 }, () => corrections().add(id, "2", "generation_record"));
      assert.equal((await Promise.all(all)).filter((one) => one !== null).length, 1);
      assert.equal((await ofCall(id)).length, 1);
    });

    it("cannot be changed or deleted, but go with their workspace", async () => {
      const other = await world.anOwner();
      const id = await aCall("1", other);
      await corrections().add(id, "2", "generation_record");
      const db = world.get(Database);
      for (const sql of [
        "UPDATE cost_corrections SET cost_after_usd = '3' WHERE call_id = ?",
        "DELETE FROM cost_corrections WHERE call_id = ?",
        "DELETE FROM provider_calls WHERE id = ?",
      ])
        await assert.rejects(db.execute(sql, [id]), /only added/, sql);
      assert.equal((await ofCall(id)).length, 1);
      await db.execute("DELETE FROM workspaces WHERE id = ?", [other.workspaceId]);
      assert.deepEqual([await ofCall(id), await calls().find(id)], [[], null]);
    });

    it("are what an end that comes too late becomes, where nothing was recorded", async () => {
      const [lost, settled] = [await aCall(null), await aCall(null)];
      await calls().end(lost, {});
      await calls().reconcile(lost, { costUsd: "0", errorCode: NOT_RECORDED });
      await calls().end(settled, {});
      await calls().reconcile(settled, { costUsd: "0.5" });
      for (const id of [lost, settled])
        await calls().end(id, { costUsd: "0.7" }, { generationId: `gen-${id}`, providerKeyId: null });
      const row = await calls().find(lost);
      assert.deepEqual([row?.costUsd, row?.state, row?.generationId], ["0", "reconciled", `gen-${lost}`]);
      assert.deepEqual(
        (await ofCall(lost)).map(({ costAfterUsd, source }) => [costAfterUsd, source]),
        [["0.7", "answer"]],
      );
      // What the provider's record said is not overruled by an older figure, or by none.
      await calls().end(settled, {});
      const kept = await calls().find(settled);
      assert.deepEqual([kept?.costUsd, kept?.state, kept?.generationId], ["0.5", "reconciled", null]);
      assert.deepEqual(await ofCall(settled), []);
    });

    it("count in a budget that is made after them, and in what a provider key has spent", async () => {
      const other = await world.anOwner();
      const { workspaceId } = other;
      const id = await aCall("1", other);
      const keyId = newId();
      await world.get(Database).execute("UPDATE provider_calls SET provider_key_id = ? WHERE id = ?", [keyId, id]);
      await corrections().add(id, "0.25", "generation_record");
      const counters = world.get(SpendingCounters);
      const counted = { subject: workspaceSubject(workspaceId), period: "month", workspaceId } as const;
      await world.get(Database).transaction(() => counters.open(counted, Date.now()));
      const [counter] = await counters.read([counted.subject], Date.now());
      assert.equal(counter?.spent, 250_000_000_000n);
      const spending: KeySpending = new LedgerKeySpending(world.get(Database));
      const spend = { spentThisMonthUsd: "0.25", spentUsd: "0.25" };
      assert.deepEqual((await spending.of(workspaceId, [keyId])).get(keyId), spend);
    });

    it("are read as they were written", async () => {
      const id = await aCall("1");
      const added = await corrections().add(id, "3", "answer");
      const [row] = await world.get(Database).select(CostCorrection, "WHERE call_id = ?", [id]);
      assert.deepEqual({ ...row }, { ...added });
    });
  });
}
