// What a reset link leaves behind: an hour's row, a mail to its reader alone, and the lines of the audit log.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { Mailer } from "#libs/mail/index";
import { AfterAnswer } from "#libs/observability/index";
import { AuditLog } from "#src/audit/audit-log";
import { INSTANCE } from "#src/audit/chain";
import { eventually } from "../../test/app/patience.js";
import { World } from "../../test/app/world.js";
import type { Account } from "./actor.js";
import { PasswordResets, resetPath } from "./password-resets.js";
import { resetMail } from "./reset-mail.js";
import { hashToken } from "./tokens.js";

const NEXT = "another long password 43";
const HOUR_MS = 3_600_000;

describe("a reset link", () => {
  let world: World;
  let resets: PasswordResets;
  let operator: Account;

  before(async () => {
    world = await World.start({
      SMTP_URL: "smtp://127.0.0.1:9",
      MAIL_FROM: "parley@example.test",
      PUBLIC_URL: "https://parley.example.test",
    });
    resets = world.get(PasswordResets);
    operator = await world.anAccount();
  });
  after(() => world.stop());

  const links = (userId: string) =>
    world
      .get(Database)
      .query<{ hash: string; until: number }>(
        "SELECT token_hash AS hash, expires_at AS until FROM password_resets WHERE user_id = ?",
        [userId],
      );
  const newest = async (filter: { targetId?: string; userId?: string }) =>
    (await world.get(AuditLog).list(INSTANCE, { ...filter, limit: 1 }))[0];

  it("works for an hour, and is noted with who gave it out to whom", async () => {
    const ann = await world.anAccount();
    const { token, expiresAt } = await resets.issue(operator, ann.userId);
    assert.ok(Math.abs(expiresAt - Date.now() - HOUR_MS) < 10_000);
    assert.deepEqual(
      (await links(ann.userId)).map(({ hash, until }) => [hash, until]),
      [[hashToken(token), expiresAt]],
    );
    const issued = await newest({ targetId: ann.userId });
    assert.deepEqual(
      [issued?.action, issued?.userId, issued?.targetType],
      ["account.reset_issued", operator.userId, "account"],
    );
    await resets.redeem(token, NEXT);
    assert.deepEqual(await links(ann.userId), []);
    assert.equal((await newest({ userId: ann.userId }))?.action, "account.password_reset");
  });

  it("is not made for nobody", async () => {
    await assert.rejects(resets.issue(null, "nobody"), { status: 404, message: "This account was not found." });
    assert.deepEqual(await links("nobody"), []);
  });

  it("that is over is swept with the next one of anybody; others stay", async () => {
    const [ann, bob, carl] = [await world.anAccount(), await world.anAccount(), await world.anAccount()];
    for (const { userId } of [ann, bob]) await resets.issue(null, userId);
    const sql = "UPDATE password_resets SET expires_at = ? WHERE user_id = ?";
    await world.get(Database).execute(sql, [Date.now() - 1, ann.userId]);
    await resets.issue(null, carl.userId);
    const left = [ann, bob, carl].map(async ({ userId }) => (await links(userId)).length);
    assert.deepEqual(await Promise.all(left), [0, 1, 1]);
  });

  it("of one account sets no other's password", async () => {
    const [ann, bob] = [await world.anAccount(), await world.anAccount()];
    const [ofAnn, ofBob] = [await resets.issue(null, ann.userId), await resets.issue(null, bob.userId)];
    const hash = async () => world.get(Database).one("SELECT password_hash FROM users WHERE id = ?", [bob.userId]);
    const before = await hash();
    await resets.redeem(ofAnn.token, NEXT);
    assert.deepEqual(await hash(), before);
    await resets.redeem(ofBob.token, NEXT);
    assert.notDeepEqual(await hash(), before);
  });

  it("goes by mail with its address in it, is noted without an actor, and goes to nobody who is disabled", async () => {
    const [ann, gone] = [await world.anAccount(), await world.anAccount()];
    const db = world.get(Database);
    await db.execute("UPDATE users SET disabled_at = 1 WHERE id = ?", [gone.userId]);
    await db.execute("DELETE FROM outgoing_mails");
    for (const { email } of [gone, ann]) resets.request(email);
    const noted = () => newest({ targetId: ann.userId });
    await eventually(async () => (await noted()) !== undefined, "the mail");
    const { action, userId, targetType } = (await noted())!;
    assert.deepEqual([action, userId, targetType], ["account.reset_issued", null, "account"]);
    const [{ hash, until }] = (await links(ann.userId)) as [{ hash: string; until: number }];
    const [mail] = await db.query<{ id: string; until: number }>("SELECT id, expires_at AS until FROM outgoing_mails");
    assert.equal(mail!.until, until, "not sent when the link is over");
    const sent = (await world.get(Mailer).claim(mail!.id, 1_000))!;
    assert.equal(sent.to, ann.email);
    const url = sent.content.action!.url;
    const token = new URL(url).hash.slice(1);
    assert.equal(url, `https://parley.example.test${resetPath(token)}`);
    assert.equal(hashToken(token), hash);
    assert.deepEqual(sent.content, resetMail({ name: ann.name, url, expiresAt: until }));
    // All that was under way is done when the process's work after answers is.
    await world.get(AfterAnswer).onModuleDestroy();
    assert.deepEqual([await links(gone.userId), await newest({ targetId: gone.userId })], [[], undefined]);
    assert.equal((await db.query("SELECT id FROM outgoing_mails")).length, 1);
  });
});
