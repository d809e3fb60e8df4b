// Another e-mail: only with the password, for one account at a time, told to the old address, and noted with both.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { Mailer } from "#libs/mail/index";
import { AuditLog } from "#src/audit/audit-log";
import { INSTANCE } from "#src/audit/chain";
import { World } from "../../test/app/world.js";
import { AccountsService } from "./accounts.service.js";
import type { Account } from "./actor.js";
import { emailChangedMail } from "./email-changed-mail.js";
import { EmailChanges } from "./email-changes.js";
import { PasswordResets } from "./password-resets.js";

const PASSWORD = "a long enough password 42";
const ADDRESS = "192.0.2.7";

describe("another e-mail of an account", () => {
  let world: World;
  let emails: EmailChanges;

  before(async () => {
    world = await World.start({
      SMTP_URL: "smtp://127.0.0.1:9",
      MAIL_FROM: "parley@example.test",
      PUBLIC_URL: "https://parley.example.test",
    });
    emails = world.get(EmailChanges);
  });
  after(() => world.stop());

  const change = (account: Account, email: string, currentPassword = PASSWORD) =>
    emails.execute(account, { email, currentPassword }, ADDRESS);
  const emailOf = async ({ userId }: Account) =>
    (await world.get(Database).one<{ email: string }>("SELECT email FROM users WHERE id = ?", [userId]))?.email;
  const mails = () => world.get(Database).query<{ id: string }>("SELECT id FROM outgoing_mails");
  const newest = async (userId: string) => (await world.get(AuditLog).list(INSTANCE, { userId, limit: 1 }))[0];

  it("is signed in with from then on, told to the old address alone, and noted with both", async () => {
    const ann = await world.anAccount();
    await change(ann, "Ann.New@example.test");
    assert.equal(await emailOf(ann), "ann.new@example.test");
    const accounts = world.get(AccountsService);
    await assert.rejects(accounts.login(ann.email, PASSWORD, ADDRESS), { code: "invalid_credentials" });
    assert.equal((await accounts.login("ann.new@example.test", PASSWORD, ADDRESS)).id, ann.userId);
    const [mail, ...more] = await mails();
    assert.deepEqual(more, []);
    const sent = await world.get(Mailer).claim(mail!.id, 1_000);
    assert.deepEqual([sent?.to, sent?.content], [ann.email, emailChangedMail(ann.name)]);
    assert.ok(!JSON.stringify(sent).includes("ann.new"), "whoever reads the old mail box does not learn the new one");
    const noted = await newest(ann.userId);
    assert.equal(noted?.action, "account.email_changed");
    assert.deepEqual([noted?.personal?.["from"], noted?.personal?.["email"]], [ann.email, "ann.new@example.test"]);
  });

  it("ends an open reset link, which went to the old address", async () => {
    const ann = await world.anAccount();
    const resets = world.get(PasswordResets);
    const { token } = await resets.issue(null, ann.userId);
    await change(ann, `new-${ann.email}`);
    await assert.rejects(resets.redeem(token, "another long password 43"), { status: 404 });
  });

  it("takes the password, and changes nothing without it", async () => {
    const ann = await world.anAccount();
    await assert.rejects(change(ann, `new-${ann.email}`, "wrong"), { status: 401, code: "invalid_credentials" });
    assert.equal(await emailOf(ann), ann.email);
  });

  it("is refused when another account has it, also when two ask at once", async () => {
    const [ann, bob, eve] = [await world.anAccount(), await world.anAccount(), await world.anAccount()];
    await assert.rejects(change(ann, bob.email.toUpperCase()), { status: 409, code: "email_taken" });
    assert.equal(await emailOf(ann), ann.email);
    const both = await Promise.allSettled([change(ann, "wanted@example.test"), change(eve, "wanted@example.test")]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const refused = both.find((result) => result.status === "rejected");
    assert.equal(refused?.reason.code, "email_taken");
    assert.equal([await emailOf(ann), await emailOf(eve)].filter((email) => email === "wanted@example.test").length, 1);
  });

  it("is none when it is the same one: nobody is told", async () => {
    const ann = await world.anAccount();
    await world.get(Database).execute("DELETE FROM outgoing_mails");
    await change(ann, ann.email.toUpperCase());
    assert.deepEqual([await emailOf(ann), await mails()], [ann.email, []]);
    assert.notEqual((await newest(ann.userId))?.action, "account.email_changed");
  });

  it("tells which addresses are taken a few times only", async () => {
    const [ann, bob] = [await world.anAccount(), await world.anAccount()];
    const tries: (number | undefined)[] = [];
    for (let n = 0; n < 8; n += 1)
      tries.push(
        await change(ann, bob.email).then(
          () => undefined,
          ({ status }: { status: number }) => status,
        ),
      );
    assert.equal(tries[0], 409);
    assert.equal(tries.at(-1), 429);
  });
});
