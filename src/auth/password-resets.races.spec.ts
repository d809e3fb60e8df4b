// Two at once, and what comes in between: a link still sets one password, and what it set is not undone.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { World } from "../../test/app/world.js";
import { AccountsService } from "./accounts.service.js";
import { PasswordResets } from "./password-resets.js";

const NEXT = "another long password 43";
const HERE = "192.0.2.1";

for (const kind of ["sqlite", "postgres"] as const) {
  describe(`a password reset among others on ${kind}`, () => {
    let world: World;
    let resets: PasswordResets;
    let accounts: AccountsService;

    before(async () => {
      world = await World.start(
        {
          SMTP_URL: "smtp://127.0.0.1:9",
          MAIL_FROM: "parley@example.test",
          PUBLIC_URL: "https://parley.example.test",
        },
        kind,
      );
      resets = world.get(PasswordResets);
      accounts = world.get(AccountsService);
    });
    after(() => world?.stop());

    it("sets one password of those that come with one link at once", async () => {
      for (let round = 0; round < 5; round++) {
        const { userId, email } = await world.anAccount();
        const { token } = await resets.issue(null, userId);
        const passwords = [1, 2, 3, 4, 5].map((n) => `${NEXT} ${n}`);
        const tries = await Promise.allSettled(passwords.map((password) => resets.redeem(token, password)));
        const won = passwords.filter((_, n) => tries[n]?.status === "fulfilled");
        assert.equal(won.length, 1);
        assert.equal((await accounts.login(email, won[0]!, HERE)).id, userId);
      }
    });

    it("leaves one link open of those that are issued at once", async () => {
      for (let round = 0; round < 5; round++) {
        const { userId, email } = await world.anAccount();
        const db = world.get(Database);
        const mails = async () => (await db.query("SELECT id FROM outgoing_mails")).length;
        const before = await mails();
        for (let n = 0; n < 4; n++) resets.request(email);
        await Promise.all([1, 2].map(() => resets.issue(null, userId)));
        while ((await mails()) < before + 4) await new Promise((resolve) => setTimeout(resolve, 5));
        const rows = await db.query("SELECT user_id FROM password_resets WHERE user_id = ?", [userId]);
        assert.equal(rows.length, 1);
      }
    });
  });
}
