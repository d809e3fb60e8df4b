// Vault tests V1–V3, V10, V13 of the security document: what is changed or moved does not open.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { open, SealBrokenError, type SealedPlace, seal, unwrapDek, wrapDek } from "./sealing.js";

const dek = { key: randomBytes(32), version: 3 };
const place: SealedPlace = {
  table: "provider_keys",
  column: "sealed",
  workspaceId: "w1",
  rowId: "r1",
  secretVersion: 1,
  origin: "https://openrouter.ai",
};

describe("sealing", () => {
  it("opens what it sealed, for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 600 }), (secret) => {
        assert.equal(open(dek, place, seal(dek, place, secret)), secret);
      }),
    );
  });

  it("V1: no flipped bit opens", () => {
    const sealed = Buffer.from(seal(dek, place, "sk-or-v1-secret"), "base64");
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const copy = Buffer.from(sealed);
      copy[bit >> 3]! ^= 1 << (bit & 7);
      assert.throws(() => open(dek, place, copy.toString("base64")), SealBrokenError, `bit ${bit}`);
    }
  });

  it("V2, V13: no other row, column, workspace, version or origin opens", () => {
    const sealed = seal(dek, place, "secret");
    const moved: Partial<SealedPlace>[] = [
      { table: "other" },
      { column: "other" },
      { workspaceId: "w2" },
      { rowId: "r2" },
      { secretVersion: 2 },
      { origin: "https://evil.example" },
    ];
    for (const change of moved) assert.throws(() => open(dek, { ...place, ...change }, sealed), SealBrokenError);
    assert.throws(() => open({ ...dek, version: 4 }, place, sealed), SealBrokenError);
    assert.throws(() => open({ ...dek, key: randomBytes(32) }, place, sealed), SealBrokenError);
    // Fields are length-prefixed: moving a border between two of them changes the bound text.
    assert.throws(() => open(dek, { ...place, workspaceId: "w1r", rowId: "1" }, sealed), SealBrokenError);
  });

  it("V3: no truncated value opens", () => {
    const sealed = Buffer.from(seal(dek, place, "secret"), "base64");
    for (let length = 0; length < sealed.length; length++) {
      assert.throws(() => open(dek, place, sealed.subarray(0, length).toString("base64")), SealBrokenError);
    }
  });

  it("V10: no salt or nonce comes twice, and the length of a secret does not show", () => {
    const seen = new Set<string>();
    for (let n = 0; n < 2_000; n++) {
      const blob = Buffer.from(seal(dek, place, "x".repeat(n % 200)), "base64");
      assert.equal(blob.length, 5 + 16 + 12 + 16 + 16 + 256);
      seen.add(blob.subarray(5, 33).toString("hex"));
    }
    assert.equal(seen.size, 2_000);
  });

  it("wraps a workspace key for its workspace and version only", () => {
    const kek = randomBytes(32);
    const wrapped = wrapDek(kek, "w1", 1, dek.key);
    assert.deepEqual(unwrapDek(kek, "w1", 1, wrapped), dek.key);
    assert.throws(() => unwrapDek(kek, "w2", 1, wrapped), SealBrokenError);
    assert.throws(() => unwrapDek(kek, "w1", 2, wrapped), SealBrokenError);
    assert.throws(() => unwrapDek(randomBytes(32), "w1", 1, wrapped), SealBrokenError);
  });
});
