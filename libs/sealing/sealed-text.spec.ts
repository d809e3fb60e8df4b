// A sealed text opens under its key and purpose, and no other way.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { openText, sealText } from "./index.js";

test("opens under its key and purpose only, and not when a bit was changed", () => {
  const kek = randomBytes(32);
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: "grapheme" }), fc.nat(), (purpose, text, at) => {
      const sealed = sealText(kek, purpose, text);
      assert.equal(openText(kek, purpose, sealed), text);
      assert.throws(() => openText(randomBytes(32), purpose, sealed));
      assert.throws(() => openText(kek, `${purpose}.`, sealed));
      const bytes = Buffer.from(sealed, "base64");
      const index = at % bytes.length;
      bytes[index] = bytes[index]! ^ 1;
      assert.throws(() => openText(kek, purpose, bytes.toString("base64")));
    }),
    { numRuns: 50 },
  );
});

test("a short tag is refused", () => {
  const kek = randomBytes(32);
  const bytes = Buffer.from(sealText(kek, "p", ""), "base64");
  assert.throws(() => openText(kek, "p", bytes.subarray(0, -12).toString("base64")));
});
