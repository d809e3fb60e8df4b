// The written form of platform keys: what is made is read back, and whatever was changed on the way is found out.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { KEY_PATTERN, keyIdOf, newKey } from "./key-token.js";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

describe("a platform key's text", () => {
  it("has one length and one alphabet, and gives its id back", () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const { token, masked } = newKey(id);
        assert.match(token, KEY_PATTERN);
        assert.equal(token.length, 74);
        assert.equal(keyIdOf(token), id);
        assert.equal(masked, `pk_…${token.slice(-4)}`);
      }),
    );
  });

  it("holds ids at both ends of their range", () => {
    for (const id of ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"]) {
      assert.equal(keyIdOf(newKey(id).token), id);
    }
  });

  it("is never the same twice", () => {
    const id = newKey().id;
    const tokens = new Set(Array.from({ length: 1_000 }, () => newKey(id).token));
    assert.equal(tokens.size, 1_000);
  });

  it("shows every single wrong character", () => {
    const place = fc.nat({ max: 70 });
    fc.assert(
      fc.property(fc.uuid(), place, fc.nat({ max: 60 }), (id, at, step) => {
        const { token } = newKey(id);
        const digit = DIGITS[(DIGITS.indexOf(token[at + 3]!) + step + 1) % 62]!;
        assert.equal(keyIdOf(token.slice(0, at + 3) + digit + token.slice(at + 4)), null);
      }),
    );
  });

  it("shows two neighbours that changed places", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 3, max: 72 }), (id, at) => {
        const { token } = newKey(id);
        const swapped = token.slice(0, at) + token[at + 1] + token[at] + token.slice(at + 2);
        assert.equal(keyIdOf(swapped), swapped === token ? id : null);
      }),
    );
  });

  it("is nothing but itself: not cut short, not longer, not in other dress", () => {
    const { token } = newKey();
    for (let length = 0; length < token.length; length++) assert.equal(keyIdOf(token.slice(0, length)), null);
    const others = [
      `${token}0`,
      ` ${token}`,
      `${token}\n`,
      token.toUpperCase(),
      token.slice(3),
      `sk_${token.slice(3)}`,
    ];
    for (const other of others) assert.equal(keyIdOf(other), null, other);
  });

  it("is none whose id is beyond 128 bits, although its checksum is right", () => {
    const token = (id: string): string => {
      const body = id + "0".repeat(43);
      let rest = BigInt(crc32(`pk_${body}`));
      let check = "";
      for (; check.length < 6; rest /= 62n) check = DIGITS[Number(rest % 62n)] + check;
      return `pk_${body}${check}`;
    };
    // 2^128 - 1 and 2^128 in base62.
    assert.equal(keyIdOf(token("7n42DGM5Tflk9n8mt7Fhc7")), "ffffffff-ffff-ffff-ffff-ffffffffffff");
    for (const beyond of ["7n42DGM5Tflk9n8mt7Fhc8", "z".repeat(22)]) assert.equal(keyIdOf(token(beyond)), null, beyond);
  });

  it("takes any text without harm", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => assert.equal(keyIdOf(text), null)));
    fc.assert(
      fc.property(fc.stringMatching(/^pk_[0-9A-Za-z]{71}$/), (text) => assert.equal(keyIdOf(text), null)),
      {
        numRuns: 1_000,
      },
    );
  });
});
