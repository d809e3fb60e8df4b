// Claims are read for what they are, whatever a provider sends.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { OidcError } from "./oidc-error.js";
import { readPerson } from "./person.js";

const SETTINGS = { groupsClaim: "groups", trustEmail: false };
const ID = { iss: "https://id.example.com", sub: "1" };

describe("a person's claims", () => {
  it("are read", () => {
    const claims = {
      ...ID,
      email: "Ann@Example.com",
      email_verified: true,
      name: " Ann\n Example ",
      groups: ["a", 1, ""],
    };
    assert.deepEqual(readPerson(claims, SETTINGS), {
      ...{ issuer: ID.iss, subject: "1", email: "ann@example.com", emailVerified: true },
      ...{ name: "Ann  Example", groups: ["a"] },
    });
  });

  it("verify an e-mail only by the provider's word, or where the operator trusts its silence", () => {
    const verified = (email_verified: unknown, trustEmail: boolean) =>
      readPerson(
        { ...ID, email: "a@b.c", ...(email_verified !== undefined && { email_verified }) },
        { ...SETTINGS, trustEmail },
      ).emailVerified;
    assert.deepEqual(
      [true, "true"].map((word) => verified(word, false)),
      [true, true],
    );
    for (const word of [undefined, false, "false", 1, null, "yes", {}]) assert.equal(verified(word, false), false);
    assert.equal(verified(undefined, true), true);
    for (const word of [false, "false", null]) assert.equal(verified(word, true), false);
  });

  it("are refused when groups are only pointed to: roles would be taken away", () => {
    const wrong = { code: "groups_incomplete" };
    assert.throws(() => readPerson({ ...ID, _claim_names: { groups: "src1" } }, SETTINGS), wrong);
    assert.throws(() => readPerson({ ...ID, hasgroups: true }, SETTINGS), wrong);
    assert.deepEqual(readPerson({ ...ID, _claim_names: { roles: "src1" } }, SETTINGS).groups, []);
  });

  it("give a name in any case", () => {
    const name = (claims: object) => readPerson({ ...ID, ...claims }, SETTINGS).name;
    assert.equal(name({ preferred_username: "ann" }), "ann");
    assert.equal(name({ email: "ann@example.com" }), "ann");
    assert.equal(name({}), "1");
    assert.equal([...name({ name: "👩".repeat(200) })].length, 50);
  });

  it("never break, and never make an e-mail of what is none", () => {
    const value = fc.oneof(fc.anything(), fc.string(), fc.emailAddress());
    const keys = ["iss", "sub", "email", "email_verified", "name", "preferred_username", "groups", "_claim_names"];
    const claims = fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });
    fc.assert(
      fc.property(claims, fc.boolean(), (given, trustEmail) => {
        try {
          const person = readPerson({ ...ID, ...given } as Record<string, unknown>, { ...SETTINGS, trustEmail });
          assert.ok(person.name.length >= 1 && person.name.length <= 100 && person.name.isWellFormed());
          assert.ok(person.email === null || /^[^\s@]+@[^\s@]+$/.test(person.email));
          assert.ok(person.groups.every((group) => typeof group === "string"));
          if (person.emailVerified) assert.notEqual(person.email, null);
        } catch (error) {
          assert.ok(error instanceof OidcError, String(error));
        }
      }),
    );
  });
});
