// A browser is signed in and out: by its cookie, with a line in the audit log, and never with two sessions.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { INestApplicationContext } from "@nestjs/common";
import type { FastifyReply, FastifyRequest } from "fastify";
import { AuditLog } from "#src/audit/audit-log";
import { INSTANCE } from "#src/audit/chain";
import { World } from "../../test/app/world.js";
import type { Account } from "./actor.js";
import { BrowserSessions } from "./browser-sessions.js";
import { SESSION_MS, SessionsService } from "./sessions.service.js";

describe("a browser's session", () => {
  let world: World;
  let browsers: BrowserSessions;
  let ann: Account & { token: string };

  before(async () => {
    world = await World.start();
    browsers = world.get(BrowserSessions);
    ann = await world.anAccount();
  });
  after(() => world.stop());

  const request = (headers: Record<string, string> = {}) => ({ headers }) as unknown as FastifyRequest;

  /** What an answer told its browser to keep. */
  async function cookieOf(act: (reply: FastifyReply) => Promise<void>): Promise<string> {
    const told: [string, string][] = [];
    await act({ header: (name: string, value: string) => told.push([name, value]) } as unknown as FastifyReply);
    assert.deepEqual(
      told.map(([name]) => name),
      ["set-cookie"],
    );
    return told[0]![1];
  }
  const tokenOf = (cookie: string): string => /^(?:__Host-)?parley_session=([^;]*);/.exec(cookie)![1]!;
  const newest = async (userId: string) => (await world.get(AuditLog).list(INSTANCE, { userId, limit: 1 }))[0]!;

  it("is opened with a cookie for a month and the browser's name, and noted with how it was", async () => {
    const facts = { by: "password" };
    const from = request({ "user-agent": "A Browser/1" });
    const cookie = await cookieOf((reply) => browsers.open(ann.userId, from, reply, { facts }));
    const token = tokenOf(cookie);
    assert.equal(cookie, `parley_session=${token}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax`);
    const account = await world.get(SessionsService).find(token);
    assert.equal(account?.userId, ann.userId);
    const [row] = await world.get(SessionsService).page(ann.userId, 1, undefined);
    assert.deepEqual([row?.id, row?.userAgent], [account?.sessionId, "A Browser/1"]);
    const noted = await newest(ann.userId);
    assert.deepEqual([noted.action, noted.facts, noted.chain], ["session.opened", facts, INSTANCE]);
  });

  it("is noted without facts where nothing is to be said of it", async () => {
    await cookieOf((reply) => browsers.open(ann.userId, request(), reply));
    assert.deepEqual((await newest(ann.userId)).facts, {});
  });

  it("lasts no longer than a sign-in provider says, and never longer than a month", async () => {
    for (const [lastsMs, seconds] of [
      [90_000, 90],
      [SESSION_MS * 2, SESSION_MS / 1_000],
    ] as const) {
      const cookie = await cookieOf((reply) => browsers.open(ann.userId, request(), reply, { lastsMs }));
      assert.match(cookie, new RegExp(`; Max-Age=${seconds};`));
      const [row] = await world.get(SessionsService).page(ann.userId, 1, undefined);
      assert.ok(Math.abs(row!.expiresAt - Date.now() - seconds * 1_000) < 10_000);
    }
  });

  it("replaces the one that the browser had, and leaves those of other browsers", async () => {
    const { token: before } = await world.anAccount();
    const headers = { cookie: `parley_session=${before}` };
    const next = tokenOf(await cookieOf((reply) => browsers.open(ann.userId, request(headers), reply)));
    const sessions = world.get(SessionsService);
    assert.equal(await sessions.find(before), null);
    for (const kept of [next, ann.token]) assert.equal((await sessions.find(kept))?.userId, ann.userId);
  });

  it("is ended with its cookie taken away, alone, and that is noted", async () => {
    const bob = await world.anAccount();
    const sessions = world.get(SessionsService);
    const phone = await sessions.open(bob.userId, "a phone");
    const cookie = await cookieOf((reply) => browsers.close(bob, reply));
    assert.equal(cookie, "parley_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    assert.equal(await sessions.find(bob.token), null);
    assert.equal((await sessions.find(phone))?.userId, bob.userId);
    assert.equal((await newest(bob.userId)).action, "session.closed");
  });

  it("says on a public route who is signed in, if anybody is", async () => {
    const who = async (cookie?: string) => (await browsers.accountOf(request(cookie ? { cookie } : {})))?.userId;
    assert.equal(await who(`parley_session=${ann.token}`), ann.userId);
    assert.equal(await who(), undefined);
    assert.equal(await browsers.accountOf(request()), null);
    assert.equal(await who(`parley_session=${"x".repeat(43)}`), undefined);
  });

  it("is in a cookie that only https carries, where the server is on https", async () => {
    const process: INestApplicationContext = await world.launch({ PUBLIC_URL: "https://chat.example.test" });
    const secure = process.get(BrowserSessions, { strict: false });
    const cookie = await cookieOf((reply) => secure.open(ann.userId, request(), reply));
    assert.match(cookie, /^__Host-parley_session=.*; Secure$/);
    assert.equal(
      (await secure.accountOf(request({ cookie: `__Host-parley_session=${tokenOf(cookie)}` })))?.userId,
      ann.userId,
    );
    assert.equal(await secure.accountOf(request({ cookie: `parley_session=${tokenOf(cookie)}` })), null);
    assert.match(
      await cookieOf((reply) => secure.close(ann, reply)),
      /^__Host-parley_session=; Path=\/; Max-Age=0; .*; Secure$/,
    );
  });
});
