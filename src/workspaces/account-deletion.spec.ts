// An account that is deleted is gone with all that was its own alone; what it shared stays with the others, and nobody is left without an owner.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { loadConfig } from "#libs/config/index";
import { Database, newId } from "#libs/database/index";
import { UnauthorizedError } from "#libs/errors/index";
import { IdempotencyStore } from "#libs/http/index";
import { Mailer } from "#libs/mail/index";
import { CONTROL_CHANNEL, RedisClients } from "#libs/redis/index";
import { AccountsService } from "#src/auth/accounts.service";
import type { Actor } from "#src/auth/actor";
import { MembershipsRepository } from "#src/auth/memberships.repository";
import { PasswordResets } from "#src/auth/password-resets";
import { PlatformKeys } from "#src/auth/platform-keys";
import { SessionsService } from "#src/auth/sessions.service";
import { AccountControl } from "#src/instance/account-control";
import { VaultService } from "#src/vault/vault.service";
import { TestProvider } from "../../test/app/oidc.js";
import { eventually } from "../../test/app/patience.js";
import { PASSWORD, World } from "../../test/app/world.js";
import { AccountDeletion } from "./account-deletion.js";
import { AccountProof } from "./account-proof.js";
import { DeletionPlans } from "./deletion-plan.js";
import { InvitesService } from "./invites.service.js";
import { WorkspacesService } from "./workspaces.service.js";

/** Where the id of a deleted account may stand, each with the reason. */
const KEEP_THE_ID: Record<string, string> = {
  audit_events: "what was done stays known",
  audit_subjects: "its personal detail, sealed, until an operator erases it",
  budgets: "as when a member leaves",
  conversations: "they are the team's",
  messages: "they are the team's",
  provider_calls: "the ledger counts what was spent",
  spending_counters: "as when a member leaves",
};

for (const kind of ["sqlite", "postgres"] as const) {
  describe(`the end of an account on ${kind}`, () => {
    let world: World;
    let deletion: AccountDeletion;
    let plans: DeletionPlans;
    let database: Database;
    let operator: Awaited<ReturnType<World["anAccount"]>>;

    before(async () => {
      const mail = { SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "a@b.test", PUBLIC_URL: "https://chat.example.test" };
      world = await World.start(mail, kind);
      deletion = world.get(AccountDeletion);
      plans = world.get(DeletionPlans);
      database = world.get(Database);
      operator = await world.anAccount({ email: "operator@example.test" });
    });
    after(() => world?.stop());

    const isThere = async ({ userId }: { userId: string }) =>
      (await database.one("SELECT 1 AS yes FROM users WHERE id = ?", [userId])) !== undefined;
    const namesOf = (some: readonly { name: string }[]) => some.map(({ name }) => name);
    /** The workspace that a member of another one was made with. */
    const ownOf = async ({ userId, workspaceId }: Actor) =>
      (await world.get(MembershipsRepository).workspacesOf(userId)).find(({ id }) => id !== workspaceId)!;
    async function tables(): Promise<string[]> {
      const sql =
        kind === "sqlite"
          ? "SELECT name FROM sqlite_master WHERE type = 'table'"
          : "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()";
      return namesOf(await database.query<{ name: string }>(sql));
    }
    /** Tables in which a text stands. */
    async function placesOf(text: string): Promise<string[]> {
      const found: string[] = [];
      for (const name of await tables())
        if (JSON.stringify(await database.query(`SELECT * FROM ${name}`)).includes(text)) found.push(name);
      return found.sort();
    }
    const actionsOn = async (chain: string, id: string) => {
      const sql = "SELECT action, user_id AS by FROM audit_events WHERE chain = ? AND target_id = ? ORDER BY seq";
      return (await database.query<{ action: string; by: string | null }>(sql, [chain, id])).map(
        ({ action, by }) => `${action} by ${by === null ? "the command line" : by === id ? "itself" : "another"}`,
      );
    };
    const keysOf = async (workspaceId: string) =>
      namesOf(await database.query("SELECT state AS name FROM workspace_deks WHERE workspace_id = ?", [workspaceId]));
    async function seal(workspaceId: string): Promise<void> {
      const place = { id: newId(), workspaceId, secretVersion: 1, baseUrl: null };
      await database.transaction(() => world.get(VaultService).seal(place, "sk-or-v1-some-secret"));
    }

    it("leaves its id with what is the team's, its address nowhere, and the others as they were", async () => {
      const owner = await world.anOwner();
      const leaver = await world.aMember(owner, "admin");
      const { userId, email } = leaver;
      const own = await ownOf(leaver);
      const { token } = await world.aKey(leaver);
      const { token: invite } = await world.get(InvitesService).create(leaver, { role: "viewer" });
      const now = Date.now();
      await database.insert("passkeys", {
        ...{ id: newId(), user_id: userId, credential_id: userId, public_key: "", counter: 0, transports: "[]" },
        ...{ rp_id: "chat.example.test", name: "a key", created_at: now, last_used_at: null },
      });
      await database.insert("identities", {
        ...{ id: newId(), user_id: userId, issuer: "https://id.example.test", subject: email, email },
        ...{ operator_granted: 0, created_at: now, last_used_at: now },
      });
      const factor = { sealed: "", last_step: 0, failures: 0, failed_at: 0, confirmed_at: now };
      await database.insert("second_factors", { user_id: userId, ...factor });
      await database.insert("recovery_codes", { user_id: userId, code_hash: "a hash" });
      await world.get(PasswordResets).issue(null, userId);
      await new IdempotencyStore(database, world.config).begin(`["${userId}"]`, userId, {});
      const favourite = { workspace_id: owner.workspaceId, model_id: "sim/plain", created_at: now };
      await database.insert("model_favourites", { user_id: userId, ...favourite });
      const conversation = newId();
      await database.insert("conversations", {
        ...{ id: conversation, workspace_id: owner.workspaceId, created_by: userId, title: "ours", model: "m" },
        ...{ params: "{}", pinned: 0, archived: 0, tags: "[]", legal_hold: 0, cost_usd: "0" },
        ...{ created_at: now, updated_at: now },
      });
      const mailer = world.get(Mailer);
      for (const to of [email.toUpperCase(), owner.email]) await mailer.send(to, { subject: "s", paragraphs: [] });

      const plan = await plans.make(userId);
      assert.deepEqual(
        [plan.deletes, plan.leaves, plan.blocks].map((some) => some.map(({ id }) => id)),
        [[own.id], [owner.workspaceId], []],
      );
      await deletion.execute(leaver, userId);

      const places = await placesOf(userId);
      assert.deepEqual(
        places.filter((name) => !(name in KEEP_THE_ID)),
        [],
      );
      assert.ok(places.includes("conversations"));
      assert.deepEqual(await placesOf(email), []);
      const mails = await mailer.due(Date.now(), 10);
      const kept = await Promise.all(mails.map(({ id }) => mailer.claim(id, 1)));
      assert.deepEqual(
        kept.map((mail) => mail?.to),
        [owner.email],
      );
      assert.equal(await world.get(PlatformKeys).find(token), null);
      await assert.rejects(world.get(InvitesService).accept(operator, invite), { status: 404 });
      await assert.rejects(world.get(AccountsService).login(email, PASSWORD, "127.0.0.1"), {
        code: "invalid_credentials",
      });
      assert.deepEqual(await actionsOn(owner.workspaceId, userId), ["member.left by itself"]);
      assert.deepEqual(await actionsOn("instance", userId), [
        "account.reset_issued by the command line",
        "account.deleted by itself",
      ]);
      assert.equal(await world.get(MembershipsRepository).roleOf(owner.workspaceId, owner.userId), "owner");
      // The address is free for somebody new.
      assert.notEqual((await world.anAccount({ email })).userId, userId);
    });

    it("takes along the workspaces in which nobody else is, their keys first, and can be tried again when it failed", async () => {
      const doomed = await world.anOwner();
      const { workspaceId, userId } = doomed;
      await seal(workspaceId);
      const repository = world.get(MembershipsRepository);
      repository.delete = () => Promise.reject(new Error("the disk is full"));
      await assert.rejects(deletion.execute(operator, userId), /disk is full/);
      Reflect.deleteProperty(repository, "delete");
      assert.deepEqual(await keysOf(workspaceId), ["destroyed"]);
      assert.ok(await isThere(doomed));
      await deletion.execute(operator, userId);
      assert.deepEqual(await keysOf(workspaceId), []);
      assert.equal(await isThere(doomed), false);
      const deleted = ["workspace.deleted by another"];
      assert.deepEqual(await actionsOn(workspaceId, workspaceId), deleted);
      assert.deepEqual(await actionsOn("instance", workspaceId), deleted);
      assert.deepEqual(await actionsOn("instance", userId), ["account.deleted by another"]);
      for (const again of [() => deletion.execute(null, userId), () => plans.make(userId)])
        await assert.rejects(again(), { status: 404, message: "This account was not found." });
    });

    it("is refused while it is the only owner of others' workspaces, with their names, and then nothing is done", async () => {
      const owner = await world.anOwner();
      const member = await world.aMember(owner, "admin");
      const workspaces = world.get(WorkspacesService);
      await workspaces.rename(owner, "The team");
      const { id: alone } = await workspaces.create(owner, "Alone");
      for (const id of [alone, owner.workspaceId]) await seal(id);
      assert.deepEqual(namesOf((await plans.make(owner.userId)).blocks), ["The team"]);
      const { token } = await world.get(InvitesService).create(owner, { role: "viewer" });
      for (const by of [owner, operator, null])
        await assert.rejects(deletion.execute(by, owner.userId), {
          ...{ status: 409, code: "last_owner" },
          message:
            "The account is the only owner of “The team”, where others are members: hand over or delete what they are in first.",
        });
      assert.deepEqual([await keysOf(alone), await keysOf(owner.workspaceId)], [["active"], ["active"]]);
      assert.equal((await world.get(SessionsService).liveAmong([owner.sessionId])).size, 1);
      await world.get(InvitesService).accept(operator, token);
      await workspaces.transfer(owner, member.userId);
      await deletion.execute(operator, owner.userId);
      assert.deepEqual([await keysOf(alone), await keysOf(owner.workspaceId)], [[], ["active"]]);
      const acts = await actionsOn(owner.workspaceId, owner.userId);
      assert.equal(acts.at(-1), "member.removed by another");
    });

    it("is refused to the last operator, also when two go at once", async () => {
      const last = { status: 409, code: "last_operator" };
      assert.equal((await plans.make(operator.userId)).lastOperator, true);
      await assert.rejects(deletion.execute(operator, operator.userId), last);
      const others = [await world.anAccount(), await world.anAccount()];
      const control = world.get(AccountControl);
      for (const { userId } of others) await control.change(null, userId, { isOperator: true });
      assert.equal((await plans.make(operator.userId)).lastOperator, false);
      await control.change(null, operator.userId, { disabled: true });
      const tries = await Promise.allSettled(others.map(({ userId }) => deletion.execute(null, userId)));
      const refusals = tries.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
      assert.deepEqual(refusals, ["last_operator"]);
      assert.equal((await Promise.all(others.map(isThere))).filter(Boolean).length, 1);
      await control.change(null, operator.userId, { disabled: false });
    });

    it("and somebody who joins at the same moment: one of them is refused", async () => {
      for (let round = 0; round < 5; round += 1) {
        const owner = await world.anOwner();
        const guest = await world.anAccount();
        const { token } = await world.get(InvitesService).create(owner, { role: "member" });
        const [joined, gone] = await Promise.allSettled([
          world.get(InvitesService).accept(guest, token),
          deletion.execute(owner, owner.userId),
        ]);
        assert.notEqual(joined.status, gone.status);
        const { code } = (joined.status === "rejected" ? joined : (gone as PromiseRejectedResult)).reason;
        assert.equal(code, joined.status === "rejected" ? "not_found" : "last_owner");
        assert.equal(await isThere(owner), gone.status === "rejected");
      }
    });

    it("is told to every process: sessions, platform keys and sockets of the person are over", async () => {
      const heard: Record<string, string>[] = [];
      await world.get(RedisClients).subscribe(CONTROL_CHANNEL, (text) => heard.push(JSON.parse(text)));
      const owner = await world.anOwner();
      const member = await world.aMember(owner, "member");
      const own = await ownOf(member);
      const { row } = await world.aKey(member);
      await deletion.execute(operator, member.userId);
      const isTold = (wanted: Record<string, string>) =>
        heard.some((one) => Object.entries(wanted).every(([name, value]) => one[name] === value));
      const changed = { type: "membership:changed", userId: member.userId };
      const notices: Record<string, string>[] = [
        { type: "session:revoked", sessionId: member.sessionId },
        { type: "key:changed", keyId: row.id },
        { ...changed, workspaceId: owner.workspaceId },
        { ...changed, workspaceId: own.id },
      ];
      for (const notice of notices) await eventually(async () => isTold(notice));
    });

    if (kind === "postgres") return;
    it("leaves nothing behind: every table of accounts goes with it, or there is a reason", async () => {
      const columns = await database.query<{ name: string }>(
        `SELECT DISTINCT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name IN ('user_id', 'created_by')
         WHERE m.type = 'table' AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_list(m.name) k
           WHERE k."table" IN ('users', 'second_factors') AND k.on_delete = 'CASCADE')`,
      );
      const known = {
        ...KEEP_THE_ID,
        generations: "an answer that is being written ends by itself",
        invites: "deleted with the membership",
        provider_keys: "they are the team's",
      };
      assert.deepEqual(
        namesOf(columns).filter((name) => !(name in known)),
        [],
      );
    });
  });
}

describe("who deletes their account", () => {
  let world: World;
  let person: Actor;
  const factor = {
    check: async (_userId: string, code: string | undefined) => {
      if (code !== "123456") throw new UnauthorizedError("A code.", "second_factor_required");
      return "totp" as const;
    },
  };
  const proof = (config = world.config, second: Pick<typeof factor, "check"> = factor) =>
    new AccountProof(world.get(Database), config, world.get(AccountsService), second);

  before(async () => {
    world = await World.start();
    person = await world.anOwner();
  });
  after(() => world?.stop());

  it("proves it by the password and, with a second factor, a code", async () => {
    assert.equal(await proof().kindFor(person.userId), "password");
    const given = (by: object) => proof().assert(person, by, "127.0.0.1");
    await given({ password: PASSWORD, code: "123456" });
    await assert.rejects(given({ password: PASSWORD }), { status: 401, code: "second_factor_required" });
    await assert.rejects(given({ password: "a wrong one", code: "123456" }), { code: "invalid_credentials" });
    for (const by of [{}, { email: person.email }, { code: "123456" }])
      await assert.rejects(given(by), { status: 400, errors: [{ path: "password", message: "is required" }] });
  });

  it("types the e-mail where there is no password, or passwords are switched off", async () => {
    const wrong = { status: 400, errors: [{ path: "email", message: "must be the e-mail of your account" }] };
    const provider = await TestProvider.create();
    const env = { DATA_DIR: world.config.dataDir, PUBLIC_URL: "https://chat.example.test", ...provider.env };
    const only = loadConfig({ ...env, OIDC_ONLY: "true" });
    assert.equal(await proof(only).kindFor(person.userId), "email");
    const provided = await world
      .get(Database)
      .transaction(() =>
        world
          .get(AccountsService)
          .adopt({ email: "only@example.test", name: "Only", inviteToken: undefined, invited: true }),
      );
    const them = { ...person, userId: provided.id };
    for (const [config, who, email] of [
      [only, person, person.email],
      [world.config, them, "only@example.test"],
    ] as const) {
      await proof(config).assert(who, { email: email.toUpperCase() }, "127.0.0.1");
      for (const by of [{}, { password: PASSWORD, code: "123456" }, { email: "another@example.test" }])
        await assert.rejects(proof(config).assert(who, by, "127.0.0.1"), wrong);
    }
  });
});
