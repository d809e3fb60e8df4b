// A workspace gets a new key while it is used: every secret opens at any moment, none is lost, and the old key is gone (vault tests V7, V8).
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Database } from "#libs/database/index";
import type { Actor } from "#src/auth/actor";
import { World } from "../../test/app/world.js";
import { ProviderKeysRepository } from "./provider-keys.repository.js";
import { ProviderKeysService } from "./provider-keys.service.js";
import { RotateWorkspaceKey, type RotationProgress } from "./rotate-workspace-key.js";
import { dekVersionOf } from "./sealing.js";
import { VaultService } from "./vault.service.js";

for (const kind of ["sqlite", "postgres"] as const) {
  describe(`a new key for a workspace, on ${kind}`, () => {
    let world: World;
    before(async () => {
      world = await World.start({}, kind);
      await world.launch();
    });
    after(() => world.stop());

    const keys = (process = 0) => world.get(ProviderKeysService, process);

    async function withKeys(count: number): Promise<{ owner: Actor; secrets: Map<string, string> }> {
      const owner = await world.anOwner();
      const secrets = new Map<string, string>();
      for (let n = 0; n < count; n++) {
        const secret = `sk-or-v1-number-${n}-of-${owner.workspaceId}`;
        secrets.set((await keys().create(owner, { provider: "openrouter", label: "k", secret })).id, secret);
      }
      return { owner, secrets };
    }

    async function allOpen({ workspaceId }: Actor, secrets: Map<string, string>): Promise<void> {
      for (const [id, secret] of secrets)
        for (const process of [0, 1])
          assert.equal((await world.get(VaultService, process).reveal(workspaceId, id)).secret, secret);
    }

    const states = async ({ workspaceId }: Actor) =>
      world
        .get(Database)
        .query(
          "SELECT version, state, wrapped = '' AS gone FROM workspace_deks WHERE workspace_id = ? ORDER BY version",
          [workspaceId],
        );

    it("seals everything again, tells how far it is, and destroys the old one", async () => {
      const { owner, secrets } = await withKeys(45);
      const told: RotationProgress[] = [];
      await world.get(RotateWorkspaceKey).execute(owner.workspaceId, owner, (progress) => told.push(progress));
      assert.deepEqual(
        told.map(({ left }) => left),
        [45, 25, 5, 0],
      );
      await allOpen(owner, secrets);
      const gone = kind === "sqlite" ? [1, 0] : [true, false];
      assert.deepEqual(await states(owner), [
        { version: 1, state: "destroyed", gone: gone[0] },
        { version: 2, state: "active", gone: gone[1] },
      ]);
      const rows = await world.get(ProviderKeysRepository).all(owner.workspaceId);
      assert.ok(rows.every(({ sealed }) => dekVersionOf(sealed) === 2));
    });

    it("V8: goes on where it was broken off, with one new key and not with another", async () => {
      const { owner, secrets } = await withKeys(5);
      const rows = world.get(ProviderKeysRepository);
      const reseal = rows.reseal.bind(rows);
      let writes = 0;
      rows.reseal = async (...given) => {
        if (++writes === 3) throw new Error("the process was killed");
        return reseal(...given);
      };
      await assert.rejects(world.get(RotateWorkspaceKey).execute(owner.workspaceId, owner), /was killed/);
      rows.reseal = reseal;
      await allOpen(owner, secrets);
      const { version, done } = await world.get(RotateWorkspaceKey, 1).execute(owner.workspaceId, owner);
      assert.deepEqual([version, done], [2, 5]);
      await allOpen(owner, secrets);
    });

    it("V7: loses nothing that is written, and fails no read, while two processes write, read and rotate", async () => {
      const { owner, secrets } = await withKeys(8);
      const { workspaceId } = owner;
      const ids = [...secrets.keys()];
      let rotating = true;
      const rotate = async (): Promise<void> => {
        for (let n = 0; n < 3; n++) await world.get(RotateWorkspaceKey, n % 2).execute(workspaceId, owner);
        rotating = false;
      };
      const write = async (): Promise<void> => {
        for (let n = 0; rotating; n++) {
          await turn();
          const id = ids[n % 4]!;
          const secret = `${secrets.get(id)}-${n}`;
          // Another hand on the same key at the same moment is a conflict that is told, and nothing is half-done.
          const row = await keys(n % 2)
            .rotate(owner, id, secret)
            .catch(() => undefined);
          if (row) secrets.set(id, secret);
        }
      };
      const read = async (): Promise<void> => {
        for (let n = 0; rotating; n++) {
          // Both processes are in this one, and SQLite answers at once: the other loops must have their turn.
          await turn();
          assert.ok((await world.get(VaultService, n % 2).reveal(workspaceId, ids[n % ids.length]!)).secret);
        }
      };
      await Promise.all([rotate(), write(), read()]);
      await allOpen(owner, secrets);
      assert.deepEqual(
        ((await states(owner)) as { state: string }[]).map(({ state }) => state),
        ["destroyed", "destroyed", "destroyed", "active"],
      );
    });

    it("has nothing to do where nothing was sealed", async () => {
      const owner = await world.anOwner();
      assert.deepEqual(await world.get(RotateWorkspaceKey).execute(owner.workspaceId, owner), {
        version: 0,
        done: 0,
        left: 0,
      });
    });
  });
}
