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

/** Calls `step` before every statement of a process. @returns what ends that */
function beforeEachStatement(db: Database, step: () => void): () => void {
  const names = ["query", "one", "select", "insert", "execute"] as const;
  for (const name of names) {
    const real = db[name].bind(db) as (...given: unknown[]) => Promise<unknown>;
    Object.defineProperty(db, name, {
      configurable: true,
      value: async (...given: unknown[]) => {
        step();
        return real(...given);
      },
    });
  }
  return () => {
    for (const name of names) Reflect.deleteProperty(db, name);
  };
}

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

    /** The versions of a workspace's keys that are not destroyed. */
    const kept = async (actor: Actor): Promise<number[]> =>
      ((await states(actor)) as { version: number; state: string }[])
        .filter(({ state }) => state !== "destroyed")
        .map(({ version }) => version);

    it("V8: broken off at any statement it goes on, with one new key and not with another, to the same end", async (test) => {
      const db = world.get(Database);
      let left = Number.POSITIVE_INFINITY;
      const restore = beforeEachStatement(db, () => {
        if (left-- <= 0) throw new Error("the process was killed");
      });
      let stopAt = 0;
      for (let whole = false; !whole; stopAt++) {
        const { owner, secrets } = await withKeys(2);
        left = stopAt;
        whole = await world
          .get(RotateWorkspaceKey)
          .execute(owner.workspaceId, owner)
          .then(
            () => true,
            (error: Error) => {
              assert.match(error.message, /was killed/);
              return false;
            },
          );
        left = Number.POSITIVE_INFINITY;
        await allOpen(owner, secrets);
        if (whole) break;
        // Killed after its last transaction it was done: then this is another one. Else it goes on with the same.
        const wasDone = (await kept(owner)).join() === "2";
        const { version, done } = await world.get(RotateWorkspaceKey, 1).execute(owner.workspaceId, owner);
        assert.deepEqual([version, done], [wasDone ? 3 : 2, 2], `at ${stopAt}`);
        assert.deepEqual(await kept(owner), [version], `at ${stopAt}`);
        await allOpen(owner, secrets);
      }
      restore();
      test.diagnostic(`broken off at each of ${stopAt} statements`);
      assert.ok(stopAt >= 15, `${stopAt}`);
    });

    it("stops at a secret that does not open: the old key stays, to open only, until that secret is gone", async () => {
      const { owner, secrets } = await withKeys(3);
      const { workspaceId } = owner;
      const [broken] = [...secrets.keys()] as [string];
      const rows = world.get(ProviderKeysRepository);
      const bytes = Buffer.from((await rows.find(workspaceId, broken))!.sealed, "base64");
      bytes[bytes.length - 1]! ^= 1;
      const sql = "UPDATE provider_keys SET sealed = ? WHERE id = ?";
      await world.get(Database).execute(sql, [bytes.toString("base64"), broken]);
      const rotate = () => world.get(RotateWorkspaceKey).execute(workspaceId, owner);
      await assert.rejects(rotate(), { code: "provider_key_unreadable" });
      const stateOf = async () => ((await states(owner)) as { state: string }[]).map(({ state }) => state);
      assert.deepEqual(await stateOf(), ["decrypt_only", "active"]);
      secrets.delete(broken);
      await allOpen(owner, secrets);
      const { id, sealed } = await keys().create(owner, { provider: "openrouter", label: "k", secret: "a new one" });
      assert.equal(dekVersionOf(sealed), 2);
      secrets.set(id, "a new one");
      await keys().delete(owner, broken);
      assert.deepEqual(await rotate(), { version: 2, done: 3, left: 0 });
      assert.deepEqual(await stateOf(), ["destroyed", "active"]);
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
