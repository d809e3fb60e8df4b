// No link leads from the sign-in to another site.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { returnPath } from "./return-path.js";

const HERE = "https://parley.example";

test("paths of this site stay", () => {
  for (const path of ["/", "/c/1?x=2#y", "/settings/profile", "/register?invite=a%2Fb"])
    assert.equal(returnPath(path), path);
});

test("all others become the start", () => {
  const others = [
    ...[undefined, "", "x", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example"],
    ...["/\t/evil.example", "/.//evil.example", "/a/..//evil.example", "/%2e//evil.example", "javascript:alert(1)"],
    ...["/api/v1/auth/oidc/start", "/x/../api/v1/auth/logout", "/api", " //evil.example"],
  ];
  for (const path of others) assert.equal(returnPath(path), "/", String(path));
});

test("whatever is asked for, a browser stays on this site", () => {
  const piece = fc.constantFrom("/", "\\", ".", "..", "%2e", "\t", "\n", "@", ":", "evil.example", "a", "?", "#", "//");
  const asked = fc.oneof(
    fc.string(),
    fc.array(piece).map((pieces) => `/${pieces.join("")}`),
    fc.webUrl(),
  );
  fc.assert(
    fc.property(asked, (text) => {
      const url = new URL(returnPath(text), HERE);
      assert.equal(url.origin, HERE);
      // What stands in the header is taken as it is a second time.
      assert.equal(returnPath(returnPath(text)), returnPath(text));
    }),
    { numRuns: 2_000 },
  );
});
