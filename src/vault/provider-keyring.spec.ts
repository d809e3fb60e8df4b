// What happens to the keys of a call when the provider refuses one: the next is taken, the refused one rests, somebody is told.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { ProviderError, type ProviderErrorCode, type ProviderErrorPhase } from "#libs/openrouter/index";
import { AuditLog } from "#src/audit/audit-log";
import type { Actor } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { within } from "../../test/app/patience.js";
import { World } from "../../test/app/world.js";
import { type ProviderKey } from "./provider-key.entity.js";
import { ProviderKeyring } from "./provider-keyring.js";
import { ProviderKeysRepository } from "./provider-keys.repository.js";
import { ProviderKeysService } from "./provider-keys.service.js";
import { VaultService } from "./vault.service.js";

const INSTANCE = "sk-or-v1-of-the-instance";
const HOUR = 3_600_000;

const failed = (code: ProviderErrorCode, phase: ProviderErrorPhase = "before_headers") =>
  new ProviderError(code, { phase, billed: "no", generationId: null });

describe("the keys of a call", () => {
  let world: World;
  let db: Database;
  let rows: ProviderKeysRepository;
  let keyring: ProviderKeyring;
  let bob: Actor;
  const lines: string[] = [];
  let told: () => void = () => undefined;

  before(async () => {
    world = await World.start({ OPENROUTER_API_KEY: INSTANCE });
    [db, rows] = [world.get(Database), world.get(ProviderKeysRepository)];
    const destination = {
      write: (line: string) => {
        lines.push(line);
        told();
      },
    };
    const audit: AuditTrail = world.get(AuditTrail as never);
    const logger = new Logger({ level: "debug", service: "test", destination });
    keyring = new ProviderKeyring(db, world.config, rows, world.get(VaultService), audit, logger);
  });
  after(() => world.stop());
  beforeEach(async () => {
    lines.length = 0;
    bob = await world.anOwner();
  });

  const aKey = (priority: number): Promise<ProviderKey> =>
    world
      .get(ProviderKeysService)
      .create(bob, { provider: "openrouter", label: "k", secret: `sk-or-v1-number-${priority}`, priority });
  const now = async ({ id }: ProviderKey): Promise<ProviderKey> => (await rows.find(bob.workspaceId, id))!;
  const rest = async (key: ProviderKey) => {
    const { pausedReason, pausedUntil } = await now(key);
    return [pausedReason, pausedUntil] as const;
  };
  const logged = (event: string) =>
    lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line["event"] === event)
      .map(({ level, workspaceId, keyId, code }) => ({ level, workspaceId, keyId, code }));
  const paused = () => world.get(AuditLog).list(bob.workspaceId, { action: "provider_key.paused", limit: 9 });

  /** While `act` runs, the database refuses to write a column of the keys. */
  async function withoutWriting(column: string, act: () => Promise<void>): Promise<void> {
    await db.execute(
      `CREATE TRIGGER refuse BEFORE UPDATE OF ${column} ON provider_keys BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
    );
    try {
      await act();
    } finally {
      await db.execute("DROP TRIGGER refuse");
    }
  }

  it("are tried one after another, each refused one rests, and after the last there is none", async () => {
    const [one, two, three] = [await aKey(1), await aKey(2), await aKey(3)];
    const keys = await keyring.keysFor(bob.workspaceId);
    assert.equal((await keys.first()).secret, "sk-or-v1-number-1");
    const begun = Date.now();
    assert.equal((await keys.after(failed("insufficient_credits")))?.keyId, two.id);
    assert.equal((await keys.after(failed("rate_limited")))?.keyId, three.id);
    assert.deepEqual(await rest(three), [null, null], "not refused yet");
    assert.equal(await keys.after(failed("invalid_key")), null);
    const [reason, until] = await rest(one);
    assert.equal(reason, "insufficient_credits");
    assert.ok(until! >= begun + 600_000 && until! <= Date.now() + 600_000);
    assert.equal((await rest(two))[0], "rate_limited");
    assert.deepEqual(await rest(three), ["invalid_key", null]);
    const facts = { level: "warn", workspaceId: bob.workspaceId };
    assert.deepEqual(logged("provider_key_paused"), [
      { ...facts, keyId: one.id, code: "insufficient_credits" },
      { ...facts, keyId: two.id, code: "rate_limited" },
      { ...facts, keyId: three.id, code: "invalid_key" },
    ]);
    assert.deepEqual(logged("provider_key_not_paused"), []);
  });

  it("tell the audit log of what somebody has to look at, once, and not of limits", async () => {
    const [one, two] = [await aKey(1), await aKey(2)];
    const keys = await keyring.keysFor(bob.workspaceId);
    await keys.after(failed("invalid_key"));
    await keys.after(failed("rate_limited"));
    const again = await keyring.keyOf(bob.workspaceId, one.id);
    await again.after(failed("invalid_key"));
    const [event, ...others] = await paused();
    assert.deepEqual(others, []);
    assert.deepEqual([event!.targetType, event!.targetId, event!.userId], ["provider_key", one.id, null]);
    assert.deepEqual(event!.facts, { code: "invalid_key" });
    assert.equal((await rest(two))[0], "rate_limited");
  });

  it("are not changed for what is not the key's matter, nor after output was seen, though the key rests then", async () => {
    const [one] = [await aKey(1), await aKey(2)];
    const keys = await keyring.keysFor(bob.workspaceId);
    assert.equal(await keys.after(failed("provider_error")), null);
    assert.deepEqual(await rest(one), [null, null]);
    assert.deepEqual(lines, []);
    assert.equal(await keys.after(failed("insufficient_credits", "after_output")), null);
    assert.equal((await rest(one))[0], "insufficient_credits");
    assert.equal((await paused()).length, 1);
  });

  it("leave out a spare one that does not open, and it is the last one that has worked", async () => {
    const [, broken, three] = [await aKey(1), await aKey(2), await aKey(3)];
    await db.execute("UPDATE provider_keys SET sealed = 'AQAAAAE=' WHERE id = ?", [broken.id]);
    const keys = await keyring.keysFor(bob.workspaceId);
    assert.equal((await keys.after(failed("rate_limited")))?.keyId, three.id);
    // What is refused from now on is the third.
    assert.equal(await keys.after(failed("daily_limit_reached")), null);
    assert.equal((await rest(three))[0], "daily_limit_reached");
    assert.deepEqual(await rest(broken), [null, null]);
  });

  it("that rest are tried when there is no other; one that works rests no more", async () => {
    const [one, two] = [await aKey(1), await aKey(2)];
    await rows.pause(one, "rate_limited", Date.now() + 2 * HOUR);
    await rows.pause(two, "rate_limited", Date.now() + HOUR);
    const keys = await keyring.keysFor(bob.workspaceId);
    assert.equal((await keys.first()).keyId, two.id);
    await keys.worked();
    assert.deepEqual(await rest(two), [null, null]);
    assert.equal((await rest(one))[0], "rate_limited");
  });

  it("go on also when the rest of one cannot be written, which is logged", async () => {
    const [one, two] = [await aKey(1), await aKey(2)];
    const keys = await keyring.keysFor(bob.workspaceId);
    await withoutWriting("paused_reason", async () => {
      assert.equal((await keys.after(failed("insufficient_credits")))?.keyId, two.id);
    });
    assert.deepEqual(await rest(one), [null, null]);
    assert.deepEqual(await paused(), []);
    const [line, ...others] = logged("provider_key_not_paused");
    assert.deepEqual([line?.level, line?.keyId, others], ["warn", one.id, []]);
    assert.ok(lines.some((text) => text.includes("disk full")));
  });

  it("are given out also when their use cannot be noted, which is logged", async () => {
    const one = await aKey(1);
    await withoutWriting("last_used_at", async () => {
      const line = new Promise<void>((resolve) => {
        told = resolve;
      });
      assert.equal((await keyring.credentialFor(bob.workspaceId)).keyId, one.id);
      await within(line, "a line of the log", 5_000);
    });
    assert.deepEqual(
      logged("provider_key_not_touched").map(({ level, keyId }) => [level, keyId]),
      [["warn", one.id]],
    );
    assert.equal((await now(one)).lastUsedAt, null);
  });

  it("are the instance's alone where the workspace has none: its refusal brings no other", async () => {
    const keys = await keyring.keysFor(bob.workspaceId);
    const credential = await keys.first();
    assert.deepEqual(credential, {
      keyId: null,
      provider: "openrouter",
      secret: INSTANCE,
      baseUrl: world.config.openrouterBaseUrl,
      dispatcher: undefined,
    });
    await keys.worked();
    assert.equal(await keys.after(failed("invalid_key")), null);
    assert.deepEqual([lines, await paused()], [[], []]);
  });

  it("never are the instance's for a workspace whose own do not open", async () => {
    const one = await aKey(1);
    await db.execute("UPDATE provider_keys SET sealed = 'AQAAAAE=' WHERE id = ?", [one.id]);
    await assert.rejects(keyring.credentialFor(bob.workspaceId), { code: "provider_key_unreadable" });
    await assert.rejects(keyring.credentialOf(bob.workspaceId, one.id), { code: "provider_key_unreadable" });
  });

  it("of a test are one, also when it is off, and a test is no use of it", async () => {
    const one = await aKey(1);
    await aKey(2);
    await world.get(ProviderKeysService).update(bob, one.id, { enabled: false });
    const keys = await keyring.keyOf(bob.workspaceId, one.id);
    assert.equal((await keys.first()).secret, "sk-or-v1-number-1");
    await db.transaction(async () => undefined);
    assert.equal((await now(one)).lastUsedAt, null);
    assert.equal(await keys.after(failed("insufficient_credits")), null, "no other is tested");
    assert.equal((await rest(one))[0], "insufficient_credits");
    await (await keyring.keyOf(bob.workspaceId, one.id)).worked();
    assert.deepEqual(await rest(one), [null, null]);
    const foreign = await world.anOwner();
    const missing = { status: 404, message: "This key was not found." };
    await assert.rejects(keyring.keyOf(foreign.workspaceId, one.id), missing);
  });
});
