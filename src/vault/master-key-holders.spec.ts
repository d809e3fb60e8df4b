// Nothing is wrapped with a key that a running process lacks, and that process is named.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { Config, loadConfig } from "#libs/config/index";
import { RedisClients } from "#libs/redis/index";
import { aFolder } from "../../test/app/child.js";
import { PrivateRedis } from "../../test/app/redis.js";
import { MasterKeyAnswers, MasterKeyHolders } from "./master-key-holders.js";

const aKey = (id: string): string => `${id}:${randomBytes(32).toString("base64")}`;
const [OLD, NEW, OTHER_NEW] = [aKey("old"), aKey("new"), aKey("new")];

describe("which processes have the master key", () => {
  const folder = aFolder("parley-holders-");
  const running: RedisClients[] = [];
  let redis: PrivateRedis;

  before(async () => {
    redis = await PrivateRedis.start(folder);
  });
  after(async () => {
    await redis.stop();
  });

  const configOf = (keys: string): Config =>
    loadConfig({ DATA_DIR: folder, NODE_ENV: "test", REDIS_URL: redis.url, VAULT_KEYS: keys });

  async function aProcess(keys: string, name: string): Promise<RedisClients> {
    const config = configOf(keys);
    const clients = new RedisClients(config);
    running.push(clients);
    new MasterKeyAnswers(clients, config, name).onApplicationBootstrap();
    const asked = async () => (await clients.main.pubsub("NUMSUB", "{parley}:vault-keys"))[1];
    while ((await asked()) !== running.length) await new Promise((resolve) => setTimeout(resolve, 10));
    return clients;
  }
  /** Asks as a process with these keys, without being one that serves. */
  async function ask(keys: string, target: "own" | "any"): Promise<string> {
    const config = configOf(keys);
    const clients = new RedisClients(config);
    try {
      await new MasterKeyHolders(clients, config).assertAllHave(target);
      return "all have it";
    } catch (error) {
      const { code, message } = error as Error & { code: string };
      return `${code}: ${message}`;
    } finally {
      await clients.onApplicationShutdown();
    }
  }
  async function end(clients: RedisClients): Promise<void> {
    running.splice(running.indexOf(clients), 1);
    await clients.onApplicationShutdown();
  }

  it("lets a rotation pass where nothing runs, and where every process has the key, in whatever place", async () => {
    assert.equal(await ask(`${NEW},${OLD}`, "own"), "all have it");
    const both = [await aProcess(`${NEW},${OLD}`, "API 1"), await aProcess(`${OLD},${NEW}`, "worker 2")];
    for (const target of ["own", "any"] as const) assert.equal(await ask(`${NEW},${OLD}`, target), "all have it");
    for (const one of both) await end(one);
  });

  it("names those that lack it, also when another key has its id; no key is in the words", async () => {
    const all = [await aProcess(`${NEW},${OLD}`, "API 1"), await aProcess(OLD, "worker 2")];
    for (const name of ["API 3", "API 4", "API 5"]) all.push(await aProcess(`${OLD},${OTHER_NEW}`, name));
    const refusal = await ask(`${NEW},${OLD}`, "own");
    const named =
      /^master_key_missing: The key "new" of VAULT_KEYS is not known to API 3, API 4, API 5, worker 2: restart/;
    assert.match(refusal, named);
    for (const key of [OLD, NEW, OTHER_NEW]) assert.ok(!refusal.includes(key.slice(4)));
    assert.equal(await ask(OLD, "own"), "all have it");
    for (const one of all) await end(one);
    assert.equal(await ask(`${NEW},${OLD}`, "own"), "all have it");
  });

  it("looks for the first key of each process where any of them may take the job", async () => {
    const all = [await aProcess(OLD, "API 1"), await aProcess(`${NEW},${OLD}`, "worker 2")];
    assert.match(await ask(OLD, "any"), /"new" of VAULT_KEYS is not known to API 1:/);
    for (const one of all) await end(one);
  });

  it("asks again for one that ended before it had answered", async () => {
    const clients = await aProcess(OLD, "API 1");
    clients.main.disconnect();
    const asked = ask(OLD, "own");
    await new Promise((resolve) => setTimeout(resolve, 500));
    await end(clients);
    assert.equal(await asked, "all have it");
  });

  it("refuses when one does not answer, and when nobody can be asked", async () => {
    const clients = await aProcess(OLD, "API 1");
    clients.main.disconnect();
    assert.match(await ask(OLD, "own"), /^master_key_unknown: 1 of the running processes did not say/);
    await end(clients);
    const nowhere = loadConfig({
      DATA_DIR: folder,
      NODE_ENV: "test",
      REDIS_URL: "redis://127.0.0.1:1",
      VAULT_KEYS: OLD,
    });
    const away = new RedisClients(nowhere);
    const refusal = { code: "master_key_unknown", message: /^Redis does not answer/ };
    await assert.rejects(new MasterKeyHolders(away, nowhere).assertAllHave("own"), refusal);
    await away.onApplicationShutdown();
  });
});
