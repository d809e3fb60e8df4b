// Vault tests V1–V3, V10, V13 of the security document: what is changed or moved does not open.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  dekVersionOf,
  fingerprint,
  kekCheck,
  open,
  SealBrokenError,
  type SealedPlace,
  seal,
  unwrapDek,
  wrapDek,
} from "./sealing.js";

/** VAULT_SEALS=1000000 for the nightly run. */
const SEALS = Number(process.env["VAULT_SEALS"] ?? 2_000);
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
    for (let n = 0; n < SEALS; n++) {
      const blob = Buffer.from(seal(dek, place, "x".repeat(n % 200)), "base64");
      assert.equal(blob.length, 5 + 16 + 12 + 16 + 16 + 256);
      seen.add(blob.subarray(5, 33).toString("hex"));
    }
    assert.equal(seen.size, SEALS);
  });

  it("V1, V3: no flipped bit and no truncated wrap of a workspace key opens", () => {
    const kek = randomBytes(32);
    const wrapped = Buffer.from(wrapDek(kek, "w1", 1, dek.key), "base64");
    const refused = (bytes: Buffer) =>
      assert.throws(() => unwrapDek(kek, "w1", 1, bytes.toString("base64")), SealBrokenError);
    for (let bit = 0; bit < wrapped.length * 8; bit++) {
      const copy = Buffer.from(wrapped);
      copy[bit >> 3]! ^= 1 << (bit & 7);
      refused(copy);
    }
    for (let length = 0; length < wrapped.length; length++) refused(wrapped.subarray(0, length));
  });

  it("V3: no value with a tag of four bytes opens, which Node's decipher takes by itself", () => {
    const sealed = Buffer.from(seal(dek, place, "secret"), "base64");
    const [tagAt, textAt] = [5 + 16 + 12 + 16, 5 + 16 + 12 + 16 + 16];
    const short = Buffer.concat([sealed.subarray(0, tagAt + 4), sealed.subarray(textAt)]);
    assert.throws(() => open(dek, place, short.toString("base64")), SealBrokenError);
    const padded = Buffer.concat([sealed.subarray(0, tagAt + 4), Buffer.alloc(12), sealed.subarray(textAt)]);
    assert.throws(() => open(dek, place, padded.toString("base64")), SealBrokenError);
  });

  it("tells the key of a value before it opens it, and the fingerprint of a secret under one key alone", () => {
    assert.equal(dekVersionOf(seal({ ...dek, version: 4_294_967_295 }, place, "x")), 4_294_967_295);
    for (const text of ["", "AA==", Buffer.from([2, 0, 0, 0, 1]).toString("base64")])
      assert.throws(() => dekVersionOf(text), SealBrokenError);
    assert.equal(dekVersionOf(Buffer.from([1, 0, 0, 0, 7]).toString("base64")), 7);
    const print = fingerprint(dek.key, "secret");
    assert.match(print, /^[0-9a-f]{8}$/);
    assert.equal(fingerprint(dek.key, "secret"), print);
    assert.notEqual(fingerprint(dek.key, "secret2"), print);
    assert.notEqual(fingerprint(randomBytes(32), "secret"), print);
    assert.match(kekCheck(dek.key), /^[0-9a-f]{16}$/);
    assert.notEqual(kekCheck(randomBytes(32)), kekCheck(dek.key));
  });

  it("wraps a workspace key for its workspace and version only", () => {
    const kek = randomBytes(32);
    const wrapped = wrapDek(kek, "w1", 1, dek.key);
    assert.deepEqual(unwrapDek(kek, "w1", 1, wrapped), dek.key);
    // What another length was wrapped of is no workspace key, though it is sealed as one.
    for (const length of [16, 31, 33])
      assert.throws(() => unwrapDek(kek, "w1", 1, wrapDek(kek, "w1", 1, randomBytes(length))), SealBrokenError);
    assert.throws(() => unwrapDek(kek, "w2", 1, wrapped), SealBrokenError);
    assert.throws(() => unwrapDek(kek, "w1", 2, wrapped), SealBrokenError);
    assert.throws(() => unwrapDek(randomBytes(32), "w1", 1, wrapped), SealBrokenError);
  });

  it("opens what an earlier version stored: the layout, what is bound and how keys are derived never change", () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, n) => n));
    const stored = [
      "AQAAAANELGk1WJKXuaTUAJeWLmqBmuoDU6rc5/kmFSc0bkvwuLuFoVjESPzOvsswjNF7Et5/tpUmTEPg9pCQUiMzYFtUDumvB+9V",
      "ziSGYO26YqcdO5aPGnvNYJP0VVVt9OhqjmrvxZjuk9tNi2H22fdBZc5dlUoNsrMHAwFes5uDYpY2g2aMrTpeWHdg0gsH6b78oQDi",
      "hNRyz84ymSm7A06cCxw48OZpm5N3CwhzO8UrGOuoT4q31xT2Eysj/9Yltz1iapf9gEHZlA8V8n6JcHaOisiiFb8B08apTiOTE2Dv",
      "/Dj/zh09Z7x9KTIGmr03ARhB/+XlbibrU31lHdSMni4xnzek8jmmbyH8D3RqJJunvk9QlwNsjSvvzxzbL1LsQB0KrnHZssv7UDjR",
      "qjw1NBKtwc5Ku5noe1PkR/A8CaZQ",
    ].join("");
    assert.equal(open({ key, version: 3 }, place, stored), "sk-or-v1-secret ü");
    const wrapped = "5LdFw44FVdVlU0CbmAXSLaHy3YrORsjT6n1TkvIoKOoXdi203ZEbxXXWuu9FcLxzJbLY8GTc+qZ+yCQw";
    assert.deepEqual(unwrapDek(key, "w1", 3, wrapped), Buffer.alloc(32, 7));
    assert.deepEqual([fingerprint(key, "secret"), kekCheck(key)], ["eefc9dd6", "8adc89f941958303"]);
  });

  it("shows of a length only which multiple of 256 bytes it needs with its own four", () => {
    const text = (bytes: number) => Buffer.from(seal(dek, place, "x".repeat(bytes)), "base64").length - 65;
    assert.deepEqual([0, 1, 252, 253, 508, 509].map(text), [256, 256, 256, 512, 512, 768]);
  });

  it("says of what does not open what may have happened, and takes no text but the one that it made", () => {
    const sealed = seal(dek, place, "secret");
    const message = "A sealed value cannot be opened: it was changed or moved, or its key is another one";
    for (const text of [`${sealed} `, sealed.replace(/.$/, ""), `${sealed}AAAA`, `!${sealed}`])
      assert.throws(() => open(dek, place, text), { message });
  });
});
