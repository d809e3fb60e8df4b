// What counts as failed: what went wrong, and not what somebody stopped; alike in reports and in lists.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { ProviderError } from "#libs/openrouter/index";
import { type Actor } from "#src/auth/actor";
import { type CallFilter, CallList } from "#src/usage/call-list";
import { CallRecord } from "#src/usage/call-record";
import { ProviderCallsRepository } from "#src/usage/provider-calls.repository";
import { type DatabaseKind } from "../../test/app/database.js";
import { World } from "../../test/app/world.js";
import { UsageReport } from "./usage-report.js";

const ENDS = ["answered", "rate_limited", "cancelled", "cancelled"] as const;

for (const database of ["sqlite", "postgres"] satisfies DatabaseKind[]) {
  describe(`failed calls on ${database}`, () => {
    let world: World;
    let owner: Actor;
    before(async () => {
      world = await World.start({}, database);
      owner = await world.anOwner();
      for (const end of ENDS) await aCall(end);
    });
    after(() => world?.stop());

    async function aCall(end: (typeof ENDS)[number]): Promise<void> {
      const { workspaceId, userId } = owner;
      const calls = world.get(ProviderCallsRepository);
      const place = { kind: "gateway", conversationId: null, messageId: null, attempt: 1, model: end } as const;
      const id = await calls.begin({ ...place, workspaceId, userId });
      const record = new CallRecord(id);
      if (end !== "answered")
        record.failed(new ProviderError(end, { phase: "before_output", billed: "no", generationId: null }));
      await calls.end(id, { costUsd: "0", ...record.outcome });
    }

    const listed = async (filter: CallFilter) =>
      (await new CallList(world.get(Database)).newest(owner.workspaceId, filter, 10)).map(({ model }) => model).sort();

    it("are those that went wrong, not those that were stopped", async () => {
      const report = new UsageReport(world.get(Database));
      const span = { from: 0, to: Date.now() + 1_000 };
      const { calls, errors } = await report.total(owner, span);
      assert.deepEqual([calls, errors], [4, 1]);
      const byModel = await report.grouped(owner, span, "model", "UTC");
      assert.deepEqual(Object.fromEntries(byModel.map((group) => [group.key, group.errors])), {
        answered: 0,
        rate_limited: 1,
        cancelled: 0,
      });
    });

    it("are found as such, the others as not failed, and stopped ones by their code", async () => {
      assert.deepEqual(await listed({ failed: true }), ["rate_limited"]);
      assert.deepEqual(await listed({ failed: false }), ["answered", "cancelled", "cancelled"]);
      assert.deepEqual(await listed({ errorCode: "cancelled" }), ["cancelled", "cancelled"]);
    });
  });
}
