// Passwords: Argon2id in OWASP's strength, one text for all ways to type it, and the same work for accounts that do not exist.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import argon2 from "argon2";
import type { Config } from "#libs/config/index";
import { assertPasswords, hashPassword, isOutdated, NO_PASSWORD, verifyPassword } from "./passwords.js";

describe("a password", () => {
  it("is kept as Argon2id with 19 MiB, two passes, one lane", async () => {
    const hash = await hashPassword("a long enough password");
    assert.match(hash, /^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
    assert.notEqual(hash, await hashPassword("a long enough password"));
    assert.equal(isOutdated(hash), false);
  });

  it("is right or wrong to the letter", async () => {
    const hash = await hashPassword("Correct horse");
    assert.equal(await verifyPassword(hash, "Correct horse"), true);
    for (const wrong of ["correct horse", "Correct horse ", "Correct hors", ""]) {
      assert.equal(await verifyPassword(hash, wrong), false, wrong);
    }
  });

  it("is the same however its letters are composed", async () => {
    const hash = await hashPassword("caf\u00e9 \ufb01n 42");
    assert.equal(await verifyPassword(hash, "cafe\u0301 fin 42"), true);
  });

  it("is wrong for an account that does not exist, whatever it is", async () => {
    assert.equal(await verifyPassword(null, ""), false);
    assert.equal(await verifyPassword(null, "a long enough password"), false);
  });

  it("takes the same work whether the account exists or not", async () => {
    const hash = await hashPassword("a long enough password");
    await verifyPassword(null, "x");
    const timed = async (against: string | null): Promise<number> => {
      const started = process.cpuUsage();
      for (let n = 0; n < 5; n++) await verifyPassword(against, "wrong");
      const { user, system } = process.cpuUsage(started);
      return user + system;
    };
    const [unknown, known] = [await timed(null), await timed(hash)];
    // CPU time, not the clock's; without the decoy the first would be about a thousandth of the second.
    assert.ok(unknown > known / 3, `${unknown} µs against ${known} µs`);
  });

  it("is outdated when it was hashed with less", async () => {
    const weak = await argon2.hash("x", { type: argon2.argon2id, memoryCost: 4_096, timeCost: 2, parallelism: 1 });
    assert.equal(isOutdated(weak), true);
  });

  it("is never right for an account that has none", async () => {
    for (const tried of ["", NO_PASSWORD, "a long enough password"])
      assert.equal(await verifyPassword(NO_PASSWORD, tried), false);
  });

  it("is refused only where people sign in with a provider alone", () => {
    const oidc = { name: "Corp", only: true } as NonNullable<Config["oidc"]>;
    assert.doesNotThrow(() => assertPasswords({ oidc: undefined } as Pick<Config, "oidc">));
    assert.doesNotThrow(() => assertPasswords({ oidc: { ...oidc, only: false } }));
    assert.throws(() => assertPasswords({ oidc }), {
      code: "password_sign_in_off",
      message: "On this server people sign in with Corp alone.",
    });
  });

  it("gives its turn on although the one before failed", async () => {
    const broken = Array.from({ length: 10 }, () => verifyPassword("no hash at all", "x"));
    const results = await Promise.allSettled(broken);
    assert.ok(results.every(({ status }) => status === "rejected"));
    assert.equal(await verifyPassword(await hashPassword("after"), "after"), true);
  });

  it("is hashed in turn, and refused rather than queued without end", async () => {
    const results = await Promise.allSettled(Array.from({ length: 60 }, () => verifyPassword(null, "x")));
    const refused = results.filter(({ status }) => status === "rejected");
    assert.equal(refused.length, 60 - 2 - 40);
    const message = "Too many sign-ins at the moment. Try again shortly.";
    for (const result of refused) {
      const { reason } = result as PromiseRejectedResult;
      assert.deepEqual([reason.status, reason.message, reason.retryAfterMs], [503, message, 2_000]);
    }
    assert.equal(await verifyPassword(await hashPassword("afterwards"), "afterwards"), true);
  });
});
