// The command line as an operator has it: accounts without a server, and what the doctor says of an instance that lacks a part.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { aFolder } from "../../test/app/child.js";
import { TestProvider } from "../../test/app/oidc.js";
import { PrivateRedis } from "../../test/app/redis.js";

const MAIN = join(import.meta.dirname, "main.js");

describe("the command line", () => {
  const folder = aFolder("parley-cli-");
  let redis: PrivateRedis;
  /** Added to the environment of the commands. */
  let more: Record<string, string> = {};

  function parley(...args: string[]): Promise<{ code: number; out: string; error: string }> {
    const common = { PATH: process.env["PATH"], DATA_DIR: join(folder, "data"), NODE_ENV: "test" };
    const env = { ...common, REDIS_URL: redis.url, ...more };
    return new Promise((resolve) => {
      execFile(process.execPath, [MAIN, ...args], { env }, (fault, out, error) =>
        resolve({ code: fault ? Number(fault.code) : 0, out, error }),
      );
    });
  }

  before(async () => {
    redis = await PrivateRedis.start(join(folder, "redis"));
    assert.equal((await parley("migrate")).code, 0);
  });
  after(() => redis?.stop());

  it("makes accounts, the first of them the operator, and lists, disables and enables them", async () => {
    const first = await parley("user", "create", "Boss@Example.test", "The Boss");
    assert.match(first.out, /^Made boss@example\.test\. It is the first one.*\nPassword, shown this once: \S{20}\n$/);
    assert.doesNotMatch((await parley("user", "create", "two@example.test")).out, /first one/);
    assert.deepEqual(await parley("user", "create", "two@example.test"), {
      ...{ code: 1, out: "", error: "An account with this e-mail exists already.\n" },
    });
    assert.equal((await parley("user", "create", "nonsense")).code, 1);
    assert.equal((await parley("user", "disable", "boss@example.test")).code, 1);
    assert.equal((await parley("user", "disable", "two@example.test")).out, "Done: two@example.test\n");
    const rows = (await parley("user", "list")).out.trimEnd().split("\n");
    const shown = rows.map((row) => row.split("\t").slice(1).join("|"));
    assert.deepEqual(shown, ["two@example.test|two||disabled", "boss@example.test|The Boss|operator"]);
    assert.equal((await parley("user", "enable", "two@example.test")).code, 0);
    assert.equal((await parley("user", "remove-second-factor", "two@example.test")).code, 0);
    assert.doesNotMatch((await parley("user", "list", "two")).out, /disabled|boss/);
    assert.equal((await parley("user", "enable", "nobody@example.test")).code, 1);
    assert.equal((await parley("user", "fly", "two@example.test")).code, 64);
  });

  it("says by the doctor what is missing, and ends with 1 while something is", async () => {
    const idle = await parley("doctor");
    assert.equal(idle.code, 1);
    assert.match(idle.out, /^ok {4}database: sqlite, answers \(\d+ accounts\)$/m);
    assert.match(idle.out, /^ok {4}redis: answers PONG$/m);
    assert.match(idle.out, /^FAULT worker: no worker was seen lately$/m);
    await redis.kill();
    const broken = await parley("doctor");
    await redis.launch();
    assert.match(broken.out, /^FAULT redis: cannot be reached at REDIS_URL$/m);
  });

  it("says by the doctor whether the sign-in provider answers", async () => {
    const provider = await TestProvider.create();
    assert.match((await parley("doctor")).out, /^ok {4}sign-in provider: not configured/m);
    more = provider.env;
    assert.match((await parley("doctor")).out, /^FAULT sign-in provider: The sign-in provider does not answer/m);
    await provider.serve(["http://127.0.0.1:1"]);
    const well = await parley("doctor");
    await provider.stop();
    assert.ok(well.out.includes(`ok    sign-in provider: ${provider.issuer}/ answers`), well.out);
    more = {};
  });
});
