// What operators see and do: every account and workspace, no content; an account that is disabled is out at once.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { loadConfig } from "#libs/config/index";
import { Database, newId } from "#libs/database/index";
import { AccountsService } from "#src/auth/accounts.service";
import { ApiKeysRepository } from "#src/auth/api-keys.repository";
import { SessionsService } from "#src/auth/sessions.service";
import { aFolder } from "../../test/app/child.js";
import { eventually } from "../../test/app/patience.js";
import { PASSWORD, World } from "../../test/app/world.js";
import { AccountControl } from "./account-control.js";
import { InstanceDirectory } from "./instance-directory.js";
import { settingsOf } from "./settings.js";

for (const kind of ["sqlite", "postgres"] as const) {
  describe(`the operator on ${kind}`, () => {
    let world: World;
    let control: AccountControl;
    let directory: InstanceDirectory;
    let operator: Awaited<ReturnType<World["anAccount"]>>;

    before(async () => {
      world = await World.start({}, kind);
      control = world.get(AccountControl);
      directory = world.get(InstanceDirectory);
      operator = await world.anAccount({ email: "operator@example.test" });
    });
    after(() => world?.stop());

    const login = (email: string) => world.get(AccountsService).login(email, PASSWORD, "127.0.0.1");

    it("is the first account, and may make others and be one no more, as long as one stays", async () => {
      assert.equal(operator.isOperator, true);
      const other = await world.anAccount();
      assert.equal(other.isOperator, false);
      const last = { status: 409, code: "last_operator" };
      await assert.rejects(control.change(operator, operator.userId, { isOperator: false }), last);
      await assert.rejects(control.change(operator, operator.userId, { disabled: true }), last);
      assert.ok(await world.get(SessionsService).find(operator.token), "what was refused changed nothing");
      assert.equal(Number((await control.change(operator, other.userId, { isOperator: true })).isOperator), 1);
      const tries = await Promise.allSettled(
        [operator, other].map(({ userId }) => control.change(null, userId, { isOperator: false })),
      );
      assert.deepEqual(tries.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
      await control.change(null, operator.userId, { isOperator: true });
      await control.change(null, other.userId, { isOperator: false });
      assert.equal(await world.get(SessionsService).find(other.token), null);
      assert.equal((await login(other.email)).isOperator, false);
    });

    it("disables an account: its sessions end, it cannot sign in, and nobody but who has the password is told why", async () => {
      const person = await world.anAccount();
      await control.change(operator, person.userId, { disabled: true });
      assert.equal(await world.get(SessionsService).find(person.token), null);
      await assert.rejects(login(person.email), { status: 403, code: "account_disabled" });
      await assert.rejects(world.get(AccountsService).login(person.email, "another password", "127.0.0.1"), {
        code: "invalid_credentials",
      });
      assert.notEqual((await directory.account(person.userId))!.disabledAt, null);
      const sql = "SELECT action FROM audit_events WHERE target_id = ? ORDER BY seq";
      const kinds = () => world.get(Database).query<{ action: string }>(sql, [person.userId]);
      // Refusals are noted after the answer.
      await eventually(async () => (await kinds()).length === 3);
      await control.change(operator, person.userId, { disabled: false });
      assert.equal((await login(person.email)).id, person.userId);
      assert.deepEqual(
        (await kinds()).map(({ action }) => action),
        ["account.disabled", "session.refused", "session.refused", "account.enabled"],
      );
    });

    it("disables an account with its platform keys", async () => {
      const person = await world.anOwner();
      const key = { id: newId(), workspace_id: person.workspaceId, user_id: person.userId };
      const shown = { name: "a key", token_hash: "0".repeat(64), masked: "pk_…", scopes: "[]" };
      const repository = world.get(ApiKeysRepository);
      await world.get(Database).insert("api_keys", { ...key, ...shown, created_at: 1, updated_at: 1 });
      assert.ok(await repository.held(key.id));
      assert.equal((await repository.rights([key.id], Date.now())).length, 1);
      await control.change(operator, person.userId, { disabled: true });
      assert.equal(await repository.held(key.id), undefined);
      assert.deepEqual(await repository.rights([key.id], Date.now()), []);
    });

    it("finds accounts and workspaces by a part of their name, whatever stands in it, page by page", async () => {
      const odd = await world.anAccount({ email: "100%_odd!@example.test" });
      const found = await directory.accounts({ q: "0%_ODD!", limit: 10, before: undefined });
      assert.deepEqual(
        found.map(({ id }) => id),
        [odd.userId],
      );
      assert.equal(Number(found[0]!.workspaces), 1);
      assert.deepEqual(await directory.accounts({ q: "0%odd", limit: 10, before: undefined }), []);
      const seen: string[] = [];
      for (let before: string | undefined; ; before = seen.at(-1)) {
        const page = await directory.workspaces({ q: undefined, limit: 2, before });
        seen.push(...page.map(({ id }) => id));
        if (page.length < 2) break;
      }
      assert.deepEqual(seen, [...new Set(seen)].sort().reverse());
      const [named] = await directory.workspaces({ q: "100%_odd!", limit: 10, before: undefined });
      assert.deepEqual([named!.owner, Number(named!.members)], [odd.email, 1]);
    });
  });
}

it("settings show no secret", () => {
  const secrets = {
    VAULT_KEYS: `k9:${Buffer.from("a secret of thirty-two bytes !!!").toString("base64")}`,
    DATABASE_URL: "postgres://parley:pg-password@db.test/parley",
    REDIS_URL: "redis://:redis-password@redis.test",
    OPENROUTER_API_KEY: "sk-or-v1-instance-secret",
    SMTP_URL: "smtp://user:smtp-password@mail.test",
    METRICS_TOKEN: "metrics-token-0123456789",
  };
  const more = { MAIL_FROM: "a@b.test", PUBLIC_URL: "https://chat.test", DATA_DIR: aFolder("parley-settings-") };
  const shown = settingsOf(loadConfig({ ...secrets, ...more }));
  const text = JSON.stringify(shown);
  for (const secret of [
    "YSBzZWNy",
    "pg-password",
    "redis-password",
    "instance-secret",
    "smtp-password",
    "metrics-token",
  ])
    assert.ok(!text.includes(secret), secret);
  const of = (name: string) => shown.find((setting) => setting.name === name)!.value;
  assert.deepEqual(
    [of("VAULT_KEYS"), of("SMTP_URL"), of("PUBLIC_URL"), of("DATABASE_KEY")],
    ["k9", "set", "https://chat.test", null],
  );
});
