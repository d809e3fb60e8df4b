// Mails reach a real SMTP server once, in spite of refusals and restarts, and are readable nowhere before.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import type { INestApplicationContext } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { type Config, ConfigError, ConfigModule, loadConfig } from "#libs/config/index";
import { Database, DatabaseModule, migrate } from "#libs/database/index";
import { Logger, ObservabilityModule } from "#libs/observability/index";
import { Queues, QueuesModule } from "#libs/queues/index";
import { RedisClients, RedisModule } from "#libs/redis/index";
import { jobs } from "#src/jobs";
import { aFolder } from "../../test/app/child.js";
import { within } from "../../test/app/patience.js";
import { PrivateRedis } from "../../test/app/redis.js";
import { TestSmtp } from "../../test/app/smtp.js";
import { MailWorkerModule } from "./mail.module.js";
import { Mailer } from "./mailer.js";
import { needsTls } from "./smtp.js";

class Root {}

async function aWorker(config: Config): Promise<INestApplicationContext> {
  const logger = new Logger({ level: "silent", service: "test" });
  const root = {
    module: Root,
    imports: [
      ConfigModule.register(config),
      ObservabilityModule.register("test", logger),
      DatabaseModule.register([]),
      RedisModule,
      QueuesModule.register({ "mail.send": jobs["mail.send"] }),
      MailWorkerModule,
    ],
  };
  const app = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
  app.get(Queues).consume(() => 5);
  return app;
}

describe("mail", () => {
  const folder = aFolder("parley-mail-");
  let smtp: TestSmtp;
  let redis: PrivateRedis;
  let config: Config;
  let worker: INestApplicationContext;
  let people = 0;

  before(async () => {
    smtp = await TestSmtp.start();
    redis = await PrivateRedis.start(join(folder, "redis"));
    config = loadConfig({
      DATA_DIR: folder,
      REDIS_URL: redis.url,
      PUBLIC_URL: "https://chat.example.test",
      MAIL_FROM: "Parley <parley@example.test>",
      SMTP_URL: `smtp://parley:mail-password@127.0.0.1:${smtp.port}/?tls.rejectUnauthorized=false`,
    });
    await migrate(config);
    worker = await aWorker(config);
  });
  afterEach(() => {
    smtp.answer = () => undefined;
  });
  after(async () => {
    await worker.close();
    await redis.stop();
    await smtp.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const anAddress = () => `person-${++people}@example.test`;
  const mailer = () => worker.get(Mailer);
  const rows = () => worker.get(Database).query<{ id: string; tries: number }>("SELECT * FROM outgoing_mails");
  const to = (address: string, count = 1) =>
    within(
      smtp.received((mail) => mail.to.includes(address), count),
      `mail to ${address}`,
    );
  async function none(): Promise<void> {
    while ((await rows()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  it("comes as text and HTML, signed in and through TLS, and leaves the outbox", async () => {
    const address = anAddress();
    const url = "https://chat.example.test/register?invite=a-token&x=1";
    const content = { subject: "Hello", paragraphs: ["A <b> & ümlaut"], action: { label: "Open", url } };
    assert.equal(await mailer().send(address, content), true);
    const [mail] = await to(address);
    assert.match(mail!.raw, /^From: Parley <parley@example\.test>\r$/m);
    assert.match(mail!.raw, /^Subject: Hello\r$/m);
    assert.match(mail!.raw, /^Auto-Submitted: auto-generated\r$/m);
    assert.match(mail!.raw, /^Message-ID: <[0-9a-f-]{36}@chat\.example\.test>\r$/m);
    assert.ok(mail!.raw.includes("A <b> & ümlaut") && mail!.raw.includes(`Open:\r\n${url}`));
    assert.ok(mail!.raw.includes("A &lt;b&gt; &amp; ümlaut") && mail!.raw.includes('href="https://chat.example.test'));
    assert.equal(mail!.secure, true);
    assert.equal(mail!.user, "parley");
    await within(none(), "the outbox to be empty");
  });

  it("is readable neither in the database nor in Redis while it is on its way", async () => {
    const address = anAddress();
    const held = Promise.withResolvers<undefined>();
    const asked = Promise.withResolvers<void>();
    smtp.answer = () => {
      asked.resolve();
      return held.promise;
    };
    await mailer().send(address, { subject: "Secret subject", paragraphs: ["token-in-a-mail"] });
    await within(asked.promise, "the mail to reach the server");
    const inRedis = await contentsOf(worker.get(RedisClients));
    const kept = inRedis + JSON.stringify(await rows());
    held.resolve(undefined);
    await to(address);
    assert.match(inRedis, /mailId/);
    for (const text of [address, "Secret subject", "token-in-a-mail"]) assert.ok(!kept.includes(text), text);
  });

  it("is tried again after a temporary refusal, with the same Message-ID, and taken once", async () => {
    const address = anAddress();
    const refused = Promise.withResolvers<string>();
    smtp.answer = ({ raw }) => {
      refused.resolve(raw);
      return { code: 451, message: "Greylisted, come back later" };
    };
    await mailer().send(address, { subject: "Again", paragraphs: ["again"] });
    const first = await within(refused.promise, "the refusal");
    smtp.answer = () => undefined;
    const mails = await to(address);
    assert.equal(mails.length, 1);
    const idOf = (raw: string) => /^Message-ID: (.*)\r$/m.exec(raw)?.[1];
    assert.equal(idOf(mails[0]!.raw), idOf(first));
    await within(none(), "the outbox to be empty");
  });

  it("is given up at once when the server says that it never will", async () => {
    let asked = 0;
    smtp.answer = () => {
      asked += 1;
      return { code: 550, message: "No such user" };
    };
    await mailer().send(anAddress(), { subject: "Nobody", paragraphs: ["nobody"] });
    await within(none(), "the outbox to be empty");
    assert.equal(asked, 1);
  });

  it("is sent once by many workers, also when Redis was lost in between", async () => {
    const second = await aWorker(config);
    try {
      const addresses = Array.from({ length: 20 }, anAddress);
      const database = worker.get(Database);
      await redis.kill();
      await database.transaction(async () => {
        for (const address of addresses) await mailer().send(address, { subject: "Many", paragraphs: ["many"] });
      });
      await redis.launch({ empty: true });
      await within(
        smtp.received((mail) => addresses.includes(mail.to[0]!), addresses.length),
        "all mails",
      );
      await within(none(), "the outbox to be empty");
      const got = smtp.mails.flatMap((mail) => mail.to).filter((address) => addresses.includes(address));
      assert.deepEqual(got.sort(), addresses.sort());
    } finally {
      await second.close();
    }
  });

  it("goes out only if what it tells of was committed, and not after it is of no use", async () => {
    const database = worker.get(Database);
    const attempt = database.transaction(async () => {
      await mailer().send(anAddress(), { subject: "Rolled back", paragraphs: ["never"] });
      throw new Error("rolled back");
    });
    await assert.rejects(attempt, /rolled back/);
    assert.deepEqual(await rows(), []);
    const address = anAddress();
    await mailer().send(address, { subject: "Late", paragraphs: ["late"] }, Date.now() - 1);
    await within(none(), "the outbox to be empty");
    assert.ok(!smtp.mails.some((mail) => mail.to.includes(address)));
  });
});

describe("mail that is not configured", () => {
  it("queues nothing", async () => {
    const folder = aFolder("parley-mail-off-");
    const redis = await PrivateRedis.start(join(folder, "redis"));
    const config = loadConfig({ DATA_DIR: folder, REDIS_URL: redis.url });
    await migrate(config);
    const worker = await aWorker(config);
    try {
      assert.equal(worker.get(Mailer).enabled, false);
      assert.equal(await worker.get(Mailer).send("a@example.test", { subject: "x", paragraphs: [] }), false);
      assert.deepEqual(await worker.get(Database).query("SELECT * FROM outgoing_mails"), []);
    } finally {
      await worker.close();
      await redis.stop();
    }
  });

  it("is refused when a part of it is missing or wrong", () => {
    const faults = (env: Record<string, string>) => {
      try {
        loadConfig({ DATA_DIR: aFolder("parley-mail-config-"), ...env });
        return "";
      } catch (error) {
        assert.ok(error instanceof ConfigError);
        return error.faults.join("\n");
      }
    };
    const good = { SMTP_URL: "smtp://mail.test:25", MAIL_FROM: "a@b.test", PUBLIC_URL: "https://c.test" };
    assert.equal(faults(good), "");
    assert.equal(faults({ ...good, MAIL_FROM: "Parley Chat <a@b.test>" }), "");
    assert.match(faults({ ...good, MAIL_FROM: "" }), /^MAIL_FROM is required/);
    assert.match(faults({ ...good, PUBLIC_URL: "" }), /^PUBLIC_URL is required/);
    assert.match(faults({ ...good, SMTP_URL: "http://mail.test" }), /^SMTP_URL: must be smtp:/);
    assert.match(faults({ ...good, MAIL_FROM: "nobody" }), /^MAIL_FROM: must be name@host/);
  });

  it("sends a password in the clear to this machine only", () => {
    for (const [url, needs] of [
      ["smtp://user:pass@mail.test:587", true],
      ["smtp://user:pass@127.example.test", true],
      ["smtp://mail.test", false],
      ["smtps://user:pass@mail.test", false],
      ["smtp://user:pass@localhost", false],
      ["smtp://user:pass@127.0.0.1:25", false],
      ["smtp://user:pass@[::1]:25", false],
    ] as const)
      assert.equal(needsTls(url), needs, url);
  });
});

/** All that Redis holds, as one text. */
async function contentsOf({ main }: RedisClients): Promise<string> {
  const parts: string[] = [];
  for (const key of await main.keys("*")) {
    const type = await main.type(key);
    if (type === "string") parts.push(key, (await main.get(key)) ?? "");
    if (type === "hash") parts.push(key, JSON.stringify(await main.hgetall(key)));
    if (type === "list") parts.push(key, JSON.stringify(await main.lrange(key, 0, -1)));
    if (type === "zset") parts.push(key, JSON.stringify(await main.zrange(key, 0, -1)));
    if (type === "set") parts.push(key, JSON.stringify(await main.smembers(key)));
    if (type === "stream") parts.push(key, JSON.stringify(await main.xrange(key, "-", "+")));
  }
  return parts.join("\n");
}
