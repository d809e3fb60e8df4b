// Which settled calls are asked about again: each once, the oldest first, one a minute of a workspace, none that is too young or too old.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Config } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { type Queues } from "#libs/queues/index";
import { type DatabaseKind } from "../../test/app/database.js";
import { World } from "../../test/app/world.js";
import { ProviderCallsRepository } from "./provider-calls.repository.js";
import { RecheckCosts } from "./recheck-costs.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTE = 60_000;

for (const database of ["sqlite", "postgres"] satisfies DatabaseKind[]) {
  describe(`asking about costs again on ${database}`, () => {
    let world: World;
    before(async () => {
      world = await World.start({ COST_RECHECK_HOURS: "48" }, database);
    });
    after(() => world?.stop());

    const handed: string[] = [];
    const queues = {
      add: async (name: string, { callId }: { callId: string }) => {
        assert.equal(name, "usage.recheck-call");
        handed.push(callId);
      },
    } as unknown as Queues;

    it("takes each in its turn", async () => {
      const db = world.get(Database);
      const calls = world.get(ProviderCallsRepository);
      const now = Date.now();
      const [one, other] = [await world.anOwner(), await world.anOwner()];
      const place = { kind: "gateway", conversationId: null, messageId: null, attempt: 1, model: "m" } as const;
      const aCall = async ({ workspaceId, userId } = one, age: number, generationId: string | null, costUsd = "1") => {
        const id = await calls.begin({ ...place, workspaceId, userId, createdAt: now - age });
        await calls.end(id, costUsd === "" ? {} : { costUsd }, { generationId, providerKeyId: null });
        return id;
      };
      await aCall(one, 8 * DAY, "too-old");
      const second = await aCall(one, 50 * HOUR, "b");
      const first = await aCall(one, 3 * DAY, "a");
      await aCall(one, 60 * HOUR, null);
      await aCall(one, 60 * HOUR, "open", "");
      const young = await aCall(one, 47 * HOUR, "young");
      const theirs = await aCall(other, 49 * HOUR, "theirs");

      const recheck = new RecheckCosts(world.get(Config), db, queues, world.get(Logger));
      const looks = async (at: number) => {
        const found = [];
        for (let look = 0; look < 6; look++) found.push(await recheck.look(at));
        return found.filter((id) => id !== null).sort();
      };
      assert.deepEqual(await looks(now), [first, theirs].sort());
      assert.deepEqual(await looks(now + MINUTE - 1), []);
      assert.deepEqual(await looks(now + MINUTE), [second]);
      assert.deepEqual(await looks(now + 10 * MINUTE), [], "all asked about");
      assert.deepEqual(await looks(now + HOUR - 1), [], "still too young");
      assert.deepEqual(await looks(now + HOUR), [young], "as soon as it is due");
      assert.deepEqual(await looks(now + 3 * DAY), []);
      assert.equal(handed.length, 4);
      // Another worker goes on where this one was.
      const later = new RecheckCosts(world.get(Config), db, queues, world.get(Logger));
      assert.equal(await later.look(now + 3 * DAY), null);
    });
  });
}
