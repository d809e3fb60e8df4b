// Recovery codes: different ones, and recognised however they are typed.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hashRecoveryCode, newRecoveryCodes } from "./recovery-codes.js";

const KEY = Buffer.alloc(32, 7);

describe("recovery codes", () => {
  it("are ten different ones", () => {
    const codes = newRecoveryCodes();
    assert.equal(new Set(codes).size, 10);
    for (const code of codes) assert.match(code, /^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/);
  });

  it("are recognised however they are typed, with the instance's key alone", () => {
    const hash = hashRecoveryCode(KEY, "01abc-defgh");
    for (const typed of ["01ABC-DEFGH", " 01abc defgh ", "01abcdefgh", "oiabc-defgh", "0labc-defgh"])
      assert.equal(hashRecoveryCode(KEY, typed), hash, typed);
    assert.notEqual(hashRecoveryCode(KEY, "01abc-defgj"), hash);
    assert.notEqual(hashRecoveryCode(Buffer.alloc(32, 8), "01abc-defgh"), hash);
  });
});
