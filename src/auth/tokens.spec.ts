// Tokens that are shown once: as random as is said, and found again by their hash, whichever version of Parley kept it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hashToken, newToken } from "./tokens.js";

test("a token is 256 bits in letters that need no escape, never the same twice", () => {
  const made = Array.from({ length: 100 }, () => newToken());
  for (const token of made) {
    assert.match(token, /^[\w-]{43}$/);
    assert.equal(Buffer.from(token, "base64url").length, 32);
  }
  assert.equal(new Set(made).size, made.length);
});

test("what is kept of a token is its SHA-256, in hex", () => {
  assert.equal(hashToken("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
