// The second factor: confirmed before it counts, no code twice, guessing is slowed down, and what takes it away.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { Type } from "@nestjs/common";
import { loadConfig } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { InstanceSecrets } from "#libs/secrets/index";
import { AccountsService } from "#src/auth/accounts.service";
import { type Account } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { AccountControl } from "#src/instance/account-control";
import { AccountHandover } from "#src/oidc/account-handover";
import { RotateMasterKey } from "#src/vault/rotate-master-key";
import { PASSWORD, World } from "../../test/app/world.js";
import { SecondFactors } from "./second-factors.js";
import { totpCode } from "./totp.js";

const HERE = "192.0.2.1";
const STEP_MS = 30_000;

/** @param process which of the world's, with its configuration */
function factorsOf(world: World, process = 0, config = world.config): SecondFactors {
  const get = <T>(what: Type<T>) => world.get(what, process);
  const audit = get(AuditTrail as never) as AuditTrail;
  return new SecondFactors(get(Database), config, get(AccountsService), get(InstanceSecrets), audit);
}

for (const kind of ["sqlite", "postgres"] as const)
  describe(`the second factor on ${kind}`, () => {
    let world: World;
    let factors: SecondFactors;

    before(async () => {
      world = await World.start({}, kind);
      factors = factorsOf(world);
    });
    after(() => world.stop());

    const soon = (secret: string) => totpCode(secret, Date.now() + STEP_MS);
    /** Set up with the code of now. */
    const confirmed = async (account: Account) => {
      const secret = await factors.begin(account, PASSWORD, HERE);
      const used = totpCode(secret, Date.now());
      return { secret, used, codes: await factors.confirm(account, used) };
    };

    it("is asked for once it was confirmed, and not before", async () => {
      const ann = await world.anAccount();
      assert.equal(await factors.check(ann.userId, undefined), null);
      await assert.rejects(factors.begin(ann, "wrong", HERE), { code: "invalid_credentials" });
      const first = await factors.begin(ann, PASSWORD, HERE);
      const secret = await factors.begin(ann, PASSWORD, HERE);
      assert.notEqual(first, secret);
      assert.equal(await factors.check(ann.userId, undefined), null);
      await assert.rejects(factors.confirm(ann, soon(first)), { code: "second_factor_wrong" });
      const codes = await factors.confirm(ann, totpCode(secret, Date.now()));
      assert.equal(codes.length, 10);
      await assert.rejects(factors.check(ann.userId, undefined), { status: 401, code: "second_factor_required" });
      assert.equal(await factors.check(ann.userId, soon(secret)), "totp");
      await assert.rejects(factors.begin(ann, PASSWORD, HERE), { code: "second_factor_on" });
      await assert.rejects(factors.confirm(ann, soon(secret)), { code: "second_factor_on" });
      assert.equal((await factors.state(ann.userId)).recoveryCodesLeft, 10);
    });

    it("is never confirmed with a secret that another tab was shown meanwhile", async () => {
      const ann = await world.anAccount();
      const secret = await factors.begin(ann, PASSWORD, HERE);
      const db = world.get(Database);
      const execute = db.execute.bind(db);
      db.execute = async (text, values) => {
        db.execute = execute;
        await factors.begin(ann, PASSWORD, HERE);
        return execute(text, values);
      };
      await assert.rejects(factors.confirm(ann, totpCode(secret, Date.now())), { code: "second_factor_wrong" });
      assert.equal(db.execute, execute, "the other tab came in between");
      assert.equal((await factors.state(ann.userId)).since, null);
    });

    it("takes no code twice, nor an older one than the last, also of many at once", async () => {
      const ann = await world.anAccount();
      const { secret, used, codes } = await confirmed(ann);
      await assert.rejects(factors.check(ann.userId, used), { code: "second_factor_wrong" });
      for (const code of [soon(secret), codes[0]!]) {
        const tries = await Promise.allSettled(Array.from({ length: 8 }, () => factors.check(ann.userId, code)));
        assert.equal(tries.filter(({ status }) => status === "fulfilled").length, 1);
        await world.get(Database).execute("UPDATE second_factors SET failures = 0 WHERE user_id = ?", [ann.userId]);
      }
      assert.equal((await factors.state(ann.userId)).recoveryCodesLeft, 9);
    });

    it("makes guessing wait after ten wrong codes in a row, and forgets them after a right one", async () => {
      const ann = await world.anAccount();
      const { secret, codes } = await confirmed(ann);
      for (let time = 0; time < 9; time += 1)
        await assert.rejects(factors.check(ann.userId, "wrong code"), { code: "second_factor_wrong" });
      assert.equal(await factors.check(ann.userId, codes[0]), "recovery_code");
      const guesses = await Promise.allSettled(
        Array.from({ length: 14 }, () => factors.check(ann.userId, "another guess")),
      );
      const answers = guesses.map((guess) => guess.status === "rejected" && guess.reason.status);
      assert.deepEqual([answers.filter((s) => s === 401).length, answers.filter((s) => s === 429).length], [10, 4]);
      await assert.rejects(factors.check(ann.userId, soon(secret)), { status: 429 });
      const past = "UPDATE second_factors SET failed_at = failed_at - 900001 WHERE user_id = ?";
      await world.get(Database).execute(past, [ann.userId]);
      assert.equal(await factors.check(ann.userId, soon(secret)), "totp");
    });

    it("is removed, and its codes renewed, by password and code together", async () => {
      const ann = await world.anAccount();
      const { codes } = await confirmed(ann);
      await assert.rejects(factors.remove(ann, { password: "wrong", code: codes[0]! }, HERE), {
        code: "invalid_credentials",
      });
      await assert.rejects(factors.remove(ann, { password: PASSWORD, code: "000000" }, HERE), {
        code: "second_factor_wrong",
      });
      const next = await factors.renewCodes(ann, { password: PASSWORD, code: codes[0]! }, HERE);
      await assert.rejects(factors.check(ann.userId, codes[1]!), { code: "second_factor_wrong" });
      await factors.remove(ann, { password: PASSWORD, code: next[0]!.toUpperCase() }, HERE);
      assert.equal(await factors.check(ann.userId, undefined), null);
      await assert.rejects(factors.renewCodes(ann, { password: PASSWORD, code: next[1]! }, HERE), {
        code: "second_factor_off",
      });
      const sql = "SELECT action FROM audit_events WHERE user_id = ? OR target_id = ? ORDER BY seq";
      const acts = await world.get(Database).query<{ action: string }>(sql, [ann.userId, ann.userId]);
      assert.deepEqual(
        acts.map(({ action }) => action).filter((action) => action.startsWith("account.")),
        [
          "account.registered",
          "account.second_factor_enabled",
          "account.recovery_codes_renewed",
          "account.second_factor_disabled",
        ],
      );
      assert.deepEqual(
        await world.get(Database).query("SELECT * FROM recovery_codes WHERE user_id = ?", [ann.userId]),
        [],
      );
    });

    it("is kept sealed, for this account alone", async () => {
      const [ann, ben] = [await world.anAccount(), await world.anAccount()];
      const { secret } = await confirmed(ann);
      await confirmed(ben);
      const db = world.get(Database);
      const all = JSON.stringify(await db.query("SELECT * FROM second_factors"));
      assert.ok(!all.includes(secret));
      const move = `UPDATE second_factors SET last_step = 0,
        sealed = (SELECT sealed FROM second_factors WHERE user_id = ?) WHERE user_id = ?`;
      await db.execute(move, [ann.userId, ben.userId]);
      await assert.rejects(factors.check(ben.userId, soon(secret)));
      assert.equal(await factors.check(ann.userId, soon(secret)), "totp");
    });

    it("goes when an operator removes it, and when a provider's person takes the account over", async () => {
      const [ann, ben] = [await world.anAccount(), await world.anAccount()];
      for (const account of [ann, ben]) await confirmed(account);
      const row = await world.get(AccountControl).change(null, ann.userId, { removeSecondFactor: true });
      assert.equal(row.secondFactorSince, null);
      await world.get(Database).transaction(() => world.get(AccountHandover).run(ben.userId));
      for (const { userId } of [ann, ben]) assert.equal(await factors.check(userId, undefined), null);
    });
  });

describe("the second factor of an instance", () => {
  const [OLD, NEW] = ["old", "new"].map((id) => `${id}:${randomBytes(32).toString("base64")}`);

  it("outlives the key of the vault under which it was set up", async () => {
    const world = await World.start({ VAULT_KEYS: OLD! });
    try {
      const ann = await world.anAccount();
      const secret = await factorsOf(world).begin(ann, PASSWORD, HERE);
      const [code] = await factorsOf(world).confirm(ann, totpCode(secret, Date.now()));
      await world.launch({ VAULT_KEYS: `${NEW},${OLD}` });
      await world.get(RotateMasterKey, 1).execute(null);
      await world.launch({ VAULT_KEYS: NEW! });
      const later = factorsOf(world, 2);
      assert.equal(await later.check(ann.userId, totpCode(secret, Date.now() + STEP_MS)), "totp");
      assert.equal(await later.check(ann.userId, code), "recovery_code");
    } finally {
      await world.stop();
    }
  });

  it("cannot be confirmed where passwords are switched off", async () => {
    const world = await World.start();
    try {
      const ann = await world.anAccount();
      const secret = await factorsOf(world).begin(ann, PASSWORD, HERE);
      const provider = {
        OIDC_ISSUER: "https://id.example.com",
        OIDC_CLIENT_ID: "parley",
        OIDC_CLIENT_SECRET: "secret",
      };
      const config = loadConfig({ ...provider, OIDC_ONLY: "true" });
      const refused = factorsOf(world, 0, config).confirm(ann, totpCode(secret, Date.now()));
      await assert.rejects(refused, { status: 403, code: "password_sign_in_off" });
    } finally {
      await world.stop();
    }
  });
});
