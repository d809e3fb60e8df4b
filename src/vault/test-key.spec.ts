// Trying a key out asks the provider, and says what is wrong in words and in a code.
import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { after, before, describe, it } from "node:test";
import { Database, newId } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { AuditLog } from "#src/audit/audit-log";
import type { Actor } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { ScriptedUpstream, type SeenRequest } from "../../libs/openrouter/scripted-upstream.js";
import { World } from "../../test/app/world.js";
import { ProviderKeyring } from "./provider-keyring.js";
import { ProviderKeysRepository } from "./provider-keys.repository.js";
import { ProviderKeysService } from "./provider-keys.service.js";
import { TestKey } from "./test-key.js";
import { VaultService } from "./vault.service.js";

const SECRET = "sk-or-v1-a-secret-of-the-tests-0123456789abcdef";

describe("trying a provider key out", () => {
  let upstream: ScriptedUpstream;
  let world: World;
  let ann: Actor;
  let answer: (response: ServerResponse, request: SeenRequest) => void;

  before(async () => {
    upstream = await ScriptedUpstream.start((response, request) => answer(response, request));
    world = await World.start({ OPENROUTER_BASE_URL: `${upstream.origin}/api/v1` });
    ann = await world.anOwner();
  });
  after(async () => {
    await world.stop();
    await upstream.close();
  });

  const json = (status: number, body: object) => (response: ServerResponse) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  async function test(body: { provider: "openrouter" | "openai-compatible"; baseUrl?: string }) {
    const { id } = await world.get(ProviderKeysService).create(ann, { label: "k", secret: SECRET, ...body });
    return world.get(TestKey).execute(ann, id);
  }

  it("tells label, limits and spending, to the last digit", async () => {
    answer = json(200, {
      data: { label: "sk-or-v1-a…def", limit: 10, limit_remaining: 7.000000000000001, usage: 2.5 },
    });
    assert.deepEqual(await test({ provider: "openrouter" }), {
      ok: true,
      message: "The key works.",
      keyChecked: true,
      code: null,
      providerLabel: "sk-or-v1-a…def",
      limitUsd: "10",
      limitRemainingUsd: "7.000000000000001",
      usageUsd: "2.5",
    });
    const { method, url, headers } = upstream.requests.at(-1)!;
    assert.deepEqual([method, url, headers.authorization], ["GET", "/api/v1/key", `Bearer ${SECRET}`]);
  });

  it("tells what the provider has against it, and never the secret", async () => {
    answer = json(401, { error: { code: 401, message: `No auth credentials found for ${SECRET}` } });
    const result = await test({ provider: "openrouter" });
    assert.deepEqual([result.ok, result.code], [false, "invalid_key"]);
    assert.ok(!JSON.stringify(result).includes(SECRET), result.message);
  });

  it("leaves a line in the log with the key's id and the code", async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const logger = new Logger({ level: "info", service: "test", destination });
    const audit: AuditTrail = world.get(AuditTrail as never);
    const { id } = await world
      .get(ProviderKeysService)
      .create(ann, { provider: "openrouter", label: "k", secret: SECRET });
    answer = json(401, { error: { code: 401, message: "No auth credentials found" } });
    await new TestKey(world.get(ProviderKeyring), audit, logger).execute(ann, id);
    const [line, ...others] = lines.map((text) => JSON.parse(text) as Record<string, unknown>);
    assert.deepEqual(
      [line?.["event"], line?.["keyId"], line?.["code"], others],
      ["provider_key_test_failed", id, "invalid_key", []],
    );
    assert.ok(!lines.join().includes(SECRET));
  });

  const models = json(200, { data: [{ id: "a" }, { id: "b" }] });
  const isOurs = ({ headers }: SeenRequest) => headers.authorization === `Bearer ${SECRET}`;
  const compatible = () => test({ provider: "openai-compatible", baseUrl: `${upstream.origin}/api/v1` });

  for (const status of [400, 401, 403, 404]) {
    it(`asks a compatible provider for its models: the key works where a wrong one is refused with ${status}`, async () => {
      const before = upstream.requests.length;
      answer = (response, request) => (isOurs(request) ? models : json(status, { error: { message: "no" } }))(response);
      assert.deepEqual(await compatible(), {
        ...{ ok: true, message: "The key works: 2 models.", keyChecked: true, code: null, providerLabel: null },
        ...{ limitUsd: null, limitRemainingUsd: null, usageUsd: null },
      });
      const [first, second, ...others] = upstream.requests.slice(before);
      assert.deepEqual([first?.url, second?.url, others], ["/api/v1/models", "/api/v1/models", []]);
      assert.match(second?.headers.authorization ?? "", /^Bearer sk-parley-/);
    });
  }

  it("does not say that a key works where any key is given the models", async () => {
    answer = models;
    const { ok, code, keyChecked, message } = await compatible();
    assert.deepEqual([ok, code, keyChecked], [true, null, false]);
    assert.equal(
      message,
      "The endpoint answers (2 models), but it does not check keys here: whether this key is accepted shows with the first message.",
    );
  });

  const faults: Record<string, (response: ServerResponse) => void> = {
    "a limit": json(429, { error: { message: "slow down", metadata: { retry_after_seconds: 90 } } }),
    "a limit of the day": json(429, {
      error: { message: "tomorrow", metadata: { limit_source: "openrouter_free_tier_daily" } },
    }),
    "a page of words": (response) => void response.writeHead(200, { "content-type": "text/html" }).end("sign in"),
    "a redirect": (response) => void response.writeHead(302, { location: "/sign-in" }).end(),
  };
  for (const [what, fault] of Object.entries(faults)) {
    it(`says that it does not know when ${what} meets the wrong key`, async () => {
      answer = (response, request) => (isOurs(request) ? models : fault)(response);
      const { ok, code, keyChecked, message } = await compatible();
      assert.deepEqual([ok, code, keyChecked], [true, null, null]);
      assert.match(message, /it did not tell whether it checks keys here/);
    });
  }

  it("asks with no wrong key where the right one fails already", async () => {
    const before = upstream.requests.length;
    answer = json(401, { error: { message: "no" } });
    const { ok, code, keyChecked } = await compatible();
    assert.deepEqual([ok, code, keyChecked], [false, "invalid_key", null]);
    assert.equal(upstream.requests.length - before, 1);
  });

  it("says so when the stored key was tampered with, and asks nobody", async () => {
    answer = json(200, { data: {} });
    const { id, sealed } = await world
      .get(ProviderKeysService)
      .create(ann, { provider: "openrouter", label: "k", secret: SECRET });
    const flipped = Buffer.from(sealed, "base64");
    flipped[flipped.length - 1]! ^= 1;
    await world
      .get(Database)
      .execute("UPDATE provider_keys SET sealed = ? WHERE id = ?", [flipped.toString("base64"), id]);
    const before = upstream.requests.length;
    const result = await world.get(TestKey).execute(ann, id);
    assert.deepEqual([result.ok, result.code], [false, "provider_key_unreadable"]);
    assert.equal(upstream.requests.length, before);
  });

  it("makes a refused key rest and one that works rest no more, and the audit log knows of each test", async () => {
    const { id } = await world
      .get(ProviderKeysService)
      .create(ann, { provider: "openrouter", label: "k", secret: SECRET });
    const rest = async () => (await world.get(ProviderKeysRepository).find(ann.workspaceId, id))!.pausedReason;
    answer = json(401, { error: { code: 401, message: "No auth credentials found" } });
    const none = { keyChecked: null, providerLabel: null, limitUsd: null, limitRemainingUsd: null, usageUsd: null };
    assert.deepEqual(await world.get(TestKey).execute(ann, id), {
      ok: false,
      message: "The provider refused the key. Check or replace it.",
      code: "invalid_key",
      ...none,
    });
    assert.equal(await rest(), "invalid_key");
    answer = json(200, { data: { label: "l", limit: null, limit_remaining: null, usage: 0 } });
    const works = {
      ok: true,
      message: "The key works.",
      code: null,
      ...none,
      keyChecked: true,
      providerLabel: "l",
      usageUsd: "0",
    };
    assert.deepEqual(await world.get(TestKey).execute(ann, id), works);
    assert.equal(await rest(), null);
    const events = await world
      .get(AuditLog)
      .list(ann.workspaceId, { action: "provider_key.tested", targetId: id, limit: 9 });
    assert.deepEqual(
      events.map(({ targetType, userId }) => [targetType, userId]),
      [
        ["provider_key", ann.userId],
        ["provider_key", ann.userId],
      ],
    );
  });

  it("makes a key rest no more also where the endpoint does not check it: the first message tells", async () => {
    const baseUrl = `${upstream.origin}/api/v1`;
    const { id } = await world
      .get(ProviderKeysService)
      .create(ann, { provider: "openai-compatible", label: "k", secret: SECRET, baseUrl });
    const rest = async () => (await world.get(ProviderKeysRepository).find(ann.workspaceId, id))!.pausedReason;
    answer = json(401, { error: { message: "no" } });
    await world.get(TestKey).execute(ann, id);
    assert.equal(await rest(), "invalid_key");
    answer = models;
    assert.equal((await world.get(TestKey).execute(ann, id)).keyChecked, false);
    assert.equal(await rest(), null);
  });

  it("says so when the operator does not allow its address any more, and asks nobody", async () => {
    const { id } = await world
      .get(ProviderKeysService)
      .create(ann, { provider: "openrouter", label: "k", secret: SECRET });
    await world.get(Database).execute("UPDATE provider_keys SET base_url = 'https://10.0.0.1/v1' WHERE id = ?", [id]);
    const before = upstream.requests.length;
    const result = await world.get(TestKey).execute(ann, id);
    const message = "The base URL of this provider key points at an address that is not allowed here.";
    assert.deepEqual([result.ok, result.code, result.message], [false, "base_url_refused", message]);
    assert.equal(upstream.requests.length, before);
  });

  it("goes through the pool that connects to public addresses alone: a name that turned private gets no connection", async () => {
    let connections = 0;
    const sink = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    sink.listen(0, "::");
    await once(sink, "listening");
    const [db, rows] = [world.get(Database), world.get(ProviderKeysRepository)];
    const made = await world
      .get(ProviderKeysService)
      .create(ann, { provider: "openrouter", label: "k", secret: SECRET });
    // As it was given while its name had a public address.
    const row = { ...made, id: newId(), baseUrl: `https://localhost:${(sink.address() as AddressInfo).port}/v1` };
    await db.transaction(async () => rows.add({ ...row, ...(await world.get(VaultService).seal(row, SECRET)) }));
    const result = await world.get(TestKey).execute(ann, row.id);
    assert.deepEqual([result.ok, connections], [false, 0]);
    sink.close();
    await once(sink, "close");
  });

  it("is an error for a key that is not there, or whose workspace was destroyed", async () => {
    const bob = await world.anOwner();
    const { id } = await world
      .get(ProviderKeysService)
      .create(bob, { provider: "openrouter", label: "k", secret: SECRET });
    await assert.rejects(world.get(TestKey).execute(ann, id), { status: 404 });
    await world.get(VaultService).shred(bob.workspaceId);
    await assert.rejects(world.get(TestKey).execute(bob, id), { code: "key_destroyed", status: 410 });
  });
});
