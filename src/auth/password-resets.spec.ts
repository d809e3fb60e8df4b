// A reset link sets a password once, for an hour, ends every sign-in, and tells nobody who has an account.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { eventually } from "../../test/app/patience.js";
import { PASSWORD, World } from "../../test/app/world.js";
import { AccountsService } from "./accounts.service.js";
import { PasswordResets } from "./password-resets.js";
import { SessionsService } from "./sessions.service.js";

const NEXT = "another long password 43";
const gone = { status: 404, message: "This reset link was not found." };

describe("a password reset", () => {
  let world: World;
  let resets: PasswordResets;

  before(async () => {
    world = await World.start({
      SMTP_URL: "smtp://127.0.0.1:2525",
      MAIL_FROM: "parley@example.test",
      PUBLIC_URL: "https://parley.example.test",
    });
    resets = world.get(PasswordResets);
  });
  after(() => world.stop());

  const mails = async (): Promise<number> => (await world.get(Database).query("SELECT id FROM outgoing_mails")).length;

  it("sets the password once, and ends every session", async () => {
    const ann = await world.anAccount();
    const { token } = await resets.issue(null, ann.userId);
    // One that is guessed first does not use the link up.
    for (const weak of ["password", ann.email])
      await assert.rejects(resets.redeem(token, weak), { status: 400, code: "invalid_input" });
    await resets.redeem(token, NEXT);
    assert.equal(await world.get(SessionsService).find(ann.token), null);
    const accounts = world.get(AccountsService);
    await assert.rejects(accounts.login(ann.email, PASSWORD, "192.0.2.1"), { code: "invalid_credentials" });
    assert.equal((await accounts.login(ann.email, NEXT, "192.0.2.1")).id, ann.userId);
    await assert.rejects(resets.redeem(token, PASSWORD), gone);
  });

  it("is used by one of many who use it at once", async () => {
    const { userId } = await world.anAccount();
    const { token } = await resets.issue(null, userId);
    const tries = await Promise.allSettled([1, 2, 3, 4].map((n) => resets.redeem(token, `${NEXT} ${n}`)));
    assert.equal(tries.filter(({ status }) => status === "fulfilled").length, 1);
  });

  it("does not work with an older link, after an hour, or with a token that is none", async () => {
    const { userId } = await world.anAccount();
    const old = await resets.issue(null, userId);
    const { token } = await resets.issue(null, userId);
    await assert.rejects(resets.redeem(old.token, NEXT), gone);
    await world.get(Database).execute("UPDATE password_resets SET expires_at = ?", [Date.now() - 1]);
    await assert.rejects(resets.redeem(token, NEXT), gone);
    for (const none of ["null", "undefined", "[]", "a".repeat(43)])
      await assert.rejects(resets.redeem(none, NEXT), gone);
    await assert.rejects(resets.issue(null, "nobody"), { status: 404 });
  });

  it("keeps no token that could be used by whoever reads the database", async () => {
    const { userId } = await world.anAccount();
    const { token } = await resets.issue(null, userId);
    const rows = JSON.stringify(await world.get(Database).query("SELECT * FROM password_resets"));
    assert.ok(!rows.includes(token));
  });

  it("comes by mail to whoever has the address; to all others it answers the same and sends nothing", async () => {
    const ann = await world.anAccount();
    assert.equal(resets.request("nobody@example.test"), undefined);
    assert.equal(resets.request(ann.email.toUpperCase()), undefined);
    // Both are under way behind the answer; the later one is done when its mail is there.
    await eventually(async () => (await mails()) > 0, "the mail");
    assert.equal(await mails(), 1);
    const silent = await World.start();
    const message = "This server sends no mail: ask its operator for a reset link.";
    assert.throws(() => silent.get(PasswordResets).request(ann.email), { code: "no_mail", status: 409, message });
    await silent.stop();
  });
});
