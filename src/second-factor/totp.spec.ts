// One-time passwords against RFC 6238's own vectors.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Secret, URI } from "otpauth";
import { newTotpSecret, totpCode, totpStep, totpUri } from "./totp.js";

/** RFC 6238 appendix B, SHA-1: seconds → the last six of eight digits. */
const VECTORS: [number, string][] = [
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
];
const RFC_SECRET = Secret.fromLatin1("12345678901234567890").base32;

describe("one-time passwords", () => {
  it("are those of RFC 6238", () => {
    for (const [seconds, code] of VECTORS) {
      assert.equal(totpCode(RFC_SECRET, seconds * 1_000), code);
      assert.equal(totpStep(RFC_SECRET, code, seconds * 1_000), Math.floor(seconds / 30));
    }
  });

  it("hold for one step before and after, and name their step", () => {
    const now = 1_234_567_890_000;
    const step = Math.floor(now / 30_000);
    for (const delta of [-1, 0, 1])
      assert.equal(totpStep(RFC_SECRET, totpCode(RFC_SECRET, now + delta * 30_000), now), step + delta);
    for (const delta of [-2, 2])
      assert.equal(totpStep(RFC_SECRET, totpCode(RFC_SECRET, now + delta * 30_000), now), null);
    for (const wrong of ["", "00592", "0059245", "abcdef"]) assert.equal(totpStep(RFC_SECRET, wrong, now), null, wrong);
  });

  it("come from secrets of 160 bits that apps can read", () => {
    const secret = newTotpSecret();
    assert.notEqual(secret, newTotpSecret());
    assert.equal(Secret.fromBase32(secret).bytes.length, 20);
    const parsed = URI.parse(totpUri(secret, { issuer: "Parley", label: "ann@example.test" }));
    assert.equal(parsed.issuer, "Parley");
    assert.equal(parsed.label, "ann@example.test");
    assert.equal(parsed.secret.base32, secret);
  });
});
