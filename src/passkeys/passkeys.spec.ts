// Passkeys: made and used by an honest authenticator, refused from every other one.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Config } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { RedisClients } from "#libs/redis/index";
import { AccountsService } from "#src/auth/accounts.service";
import { type Account } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { AccountControl } from "#src/instance/account-control";
import { AccountHandover } from "#src/oidc/account-handover";
import { type Bend, SoftAuthenticator } from "../../test/app/authenticator.js";
import { PASSWORD, World } from "../../test/app/world.js";
import { Challenges } from "./challenges.js";
import { PasskeySignIn } from "./passkey-sign-in.js";
import { Passkeys } from "./passkeys.js";

const SITE = { origin: "https://chat.example.com", rpId: "chat.example.com" };
const PROOF = { password: PASSWORD, address: "192.0.2.1" };
const REFUSED = { status: 401, code: "invalid_passkey" };

for (const kind of ["sqlite", "postgres"] as const)
  describe(`passkeys on ${kind}`, () => {
    let world: World;
    let passkeys: Passkeys;
    let signIn: PasskeySignIn;

    before(async () => {
      world = await World.start({}, kind);
      const db = world.get(Database);
      const challenges = new Challenges(world.get(RedisClients));
      const audit = world.get(AuditTrail as never) as AuditTrail;
      passkeys = new Passkeys(db, world.get(AccountsService), challenges, audit);
      signIn = new PasskeySignIn(db, world.get(Config as never), challenges, audit);
    });
    after(() => world.stop());

    const added = async (account: Account, device = new SoftAuthenticator(SITE.origin)) => {
      const options = await passkeys.options(account, SITE, PROOF);
      return { device, row: await passkeys.add(account, SITE, "Laptop", device.create(options)) };
    };
    const login = async (device: SoftAuthenticator, bend?: Bend, site = SITE) =>
      signIn.execute(site, device.get(await signIn.options(SITE), bend));

    it("sign their owner in, without a name, again and again", async () => {
      const ann = await world.anAccount();
      const { device } = await added(ann);
      for (const _time of [1, 2]) assert.equal((await login(device)).id, ann.userId);
      const [row] = await passkeys.page(ann.userId, 10, undefined);
      assert.equal(row?.counter, 2);
      assert.ok(row.lastUsedAt);
    });

    it("are refused when anything is not as it must be", async () => {
      const [ann, ben] = [await world.anAccount(), await world.anAccount()];
      const { device } = await added(ann);
      await added(ben);
      await login(device);
      const bends: Bend[] = [
        { origin: "https://chat.example.com.evil.test" },
        { rpId: "evil.test" },
        { unverified: true },
        { counter: 1 },
        { userHandle: Buffer.from(ben.userId).toString("base64url") },
      ];
      for (const bend of bends) await assert.rejects(login(device, bend), REFUSED, JSON.stringify(bend));
      await assert.rejects(login(device, {}, { ...SITE, origin: "https://other.example.com" }), REFUSED);
      await assert.rejects(login(new SoftAuthenticator(SITE.origin)), REFUSED);
      assert.equal((await login(device)).id, ann.userId);
    });

    it("sign no challenge twice, none that is not ours, and none that was for something else", async () => {
      const ann = await world.anAccount();
      const { device } = await added(ann);
      const answer = device.get(await signIn.options(SITE));
      const tries = await Promise.allSettled(Array.from({ length: 5 }, () => signIn.execute(SITE, answer)));
      assert.equal(tries.filter(({ status }) => status === "fulfilled").length, 1);
      const own = device.get({ challenge: Buffer.alloc(32, 7).toString("base64url"), rpId: SITE.rpId });
      await assert.rejects(signIn.execute(SITE, own), REFUSED);
      const other = await passkeys.options(ann, SITE, PROOF);
      await assert.rejects(signIn.execute(SITE, device.get({ challenge: other.challenge, rpId: SITE.rpId })), REFUSED);
    });

    it("are made with the password, for the account that asked, once", async () => {
      const [ann, ben] = [await world.anAccount(), await world.anAccount()];
      await assert.rejects(passkeys.options(ann, SITE, { ...PROOF, password: "wrong" }), {
        code: "invalid_credentials",
      });
      const device = new SoftAuthenticator(SITE.origin);
      const answer = device.create(await passkeys.options(ann, SITE, PROOF));
      await assert.rejects(passkeys.add(ben, SITE, "stolen", answer), { status: 400 });
      await assert.rejects(passkeys.add(ann, SITE, "late", answer), { status: 400 });
      for (const bend of [{ origin: "https://evil.test" }, { rpId: "evil.test" }, { unverified: true }]) {
        const bent = device.create(await passkeys.options(ann, SITE, PROOF), bend);
        await assert.rejects(passkeys.add(ann, SITE, "bent", bent), { status: 400 }, JSON.stringify(bend));
      }
      await added(ann, device);
      await assert.rejects(added(ben, device), { code: "passkey_taken" });
      for (const broken of [{}, { id: 7 }, { id: "x", response: null }])
        await assert.rejects(passkeys.add(ann, SITE, "broken", broken as never), { status: 400 });
      for (const broken of [{}, { id: 7 }, { id: "x", response: null }])
        await assert.rejects(signIn.execute(SITE, broken as never), REFUSED);
    });

    it("are renamed and removed by their owner alone", async () => {
      const [ann, ben] = [await world.anAccount(), await world.anAccount()];
      const { device, row } = await added(ann);
      assert.equal((await passkeys.rename(ann.userId, row.id, "Phone")).name, "Phone");
      await assert.rejects(passkeys.rename(ben.userId, row.id, "mine"), { status: 404 });
      await assert.rejects(passkeys.remove(ben, row.id), { status: 404 });
      await passkeys.remove(ann, row.id);
      await assert.rejects(login(device), REFUSED);
      const sql = "SELECT action FROM audit_events WHERE user_id = ? ORDER BY seq";
      const acts = await world.get(Database).query<{ action: string }>(sql, [ann.userId]);
      assert.deepEqual(
        acts.slice(-2).map(({ action }) => action),
        ["account.passkey_added", "account.passkey_removed"],
      );
    });

    it("open no account that is disabled, and go when a provider's person takes the account over", async () => {
      const [ann, ben] = [await world.anAccount(), await world.anAccount()];
      const [{ device: anns }, { device: bens }] = [await added(ann), await added(ben)];
      await world.get(AccountControl).change(null, ann.userId, { disabled: true });
      await assert.rejects(login(anns), { status: 403, code: "account_disabled" });
      await world.get(Database).transaction(() => world.get(AccountHandover).run(ben.userId));
      await assert.rejects(login(bens), REFUSED);
    });

    it("are at most twenty", async () => {
      const ann = await world.anAccount();
      for (let count = 0; count < 20; count += 1) await added(ann);
      await assert.rejects(passkeys.options(ann, SITE, PROOF), { code: "too_many_passkeys" });
    });
  });
