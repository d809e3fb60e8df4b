// What two requests do at the same moment, on SQLite and on PostgreSQL: one first account, one owner left, one workspace key.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { AccountsService } from "#src/auth/accounts.service";
import type { Actor } from "#src/auth/actor";
import { MembershipsRepository } from "#src/auth/memberships.repository";
import { SessionsService } from "#src/auth/sessions.service";
import { ProviderKeysService } from "#src/vault/provider-keys.service";
import { VaultService } from "#src/vault/vault.service";
import { WorkspacesService } from "#src/workspaces/workspaces.service";
import { PASSWORD, World } from "../app/world.js";

for (const kind of ["sqlite", "postgres"] as const) {
  describe(`at the same moment, on ${kind}`, () => {
    let world: World;
    before(async () => {
      world = await World.start({ REGISTRATION: "invite", OPENROUTER_API_KEY: "sk-or-v1-of-the-instance" }, kind);
      await world.launch();
    });
    after(() => world.stop());

    it("one of many first accounts owns the instance; the rules hold for the others", async () => {
      const tries = await Promise.allSettled(
        Array.from({ length: 6 }, (_, n) =>
          world.get(AccountsService, n % 2).register({ email: `first-${n}@example.test`, password: PASSWORD }),
        ),
      );
      const made = tries.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      assert.deepEqual(
        made.map(({ isOperator }) => isOperator),
        [true],
      );
      for (const one of tries) if (one.status === "rejected") assert.equal(one.reason.code, "invite_required");
      const rows = await world.get(Database).query("SELECT id FROM users");
      assert.equal(rows.length, 1);
    });

    it("two owners who take each other's role away leave one of them", async () => {
      const [first] = await world.get(Database).query<{ id: string }>("SELECT id FROM users");
      const token = await world.get(SessionsService).open(first!.id, "a test");
      const account = (await world.get(SessionsService).find(token))!;
      for (let round = 0; round < 5; round++) {
        const workspace = await world.get(WorkspacesService).create(account, "shared");
        const ann = { ...account, workspaceId: workspace.id, role: "owner" } as const;
        const id = `user-${round}`;
        const user = { id, email: `${id}@example.test`, name: "B", password_hash: "", is_operator: 0, created_at: 0 };
        await world.get(Database).insert("users", user);
        await world.get(MembershipsRepository).add(workspace.id, id, "owner");
        const bob = { ...ann, userId: id };
        await Promise.allSettled([
          world.get(WorkspacesService, 0).changeRole(ann, bob.userId, "viewer"),
          world.get(WorkspacesService, 1).remove(bob, ann.userId),
        ]);
        assert.equal(await world.get(MembershipsRepository).owners(workspace.id), 1, `round ${round}`);
      }
    });

    it("two first keys of a workspace are sealed with one workspace key", async () => {
      const [first] = await world
        .get(Database)
        .query<{ id: string }>("SELECT id FROM users ORDER BY created_at DESC LIMIT 1");
      const account = { userId: first!.id, email: "", name: "", isOperator: true, sessionId: "" };
      const { id: workspaceId } = await world.get(WorkspacesService).create(account, "sealed");
      const actor = { ...account, workspaceId, role: "owner" } as const;
      const body = (n: number) => ({ provider: "openrouter", label: "k", secret: `secret ${n}` }) as const;
      const made = await Promise.all(
        Array.from({ length: 6 }, (_, n) => world.get(ProviderKeysService, n % 2).create(actor, body(n))),
      );
      for (const [n, { id }] of made.entries()) {
        assert.equal((await world.get(VaultService, (n + 1) % 2).reveal(workspaceId, id)).secret, `secret ${n}`);
      }
      const deks = await world
        .get(Database)
        .query("SELECT 1 FROM workspace_deks WHERE workspace_id = ?", [workspaceId]);
      assert.equal(deks.length, 1);
    });

    it("two new secrets of a key end as one of them, whole", async () => {
      const [{ id, workspaceId }] = (await world
        .get(Database)
        .query(`SELECT id, workspace_id AS "workspaceId" FROM provider_keys LIMIT 1`)) as [
        { id: string; workspaceId: string },
      ];
      const tries = await Promise.allSettled(
        [0, 1, 2, 3].map((n) =>
          world.get(ProviderKeysService, n % 2).rotate({ workspaceId } as Actor, id, `rotated ${n}`),
        ),
      );
      const done = tries.flatMap((one) => (one.status === "fulfilled" ? [one.value.secretVersion] : []));
      assert.equal(new Set(done).size, done.length);
      assert.ok(done.length > 0);
      for (const one of tries) if (one.status === "rejected") assert.equal(one.reason.code, "key_changed");
      const { secret } = await world.get(VaultService).reveal(workspaceId, id);
      assert.match(secret, /^rotated \d$/);
    });
  });
}
