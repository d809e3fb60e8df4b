// The cookie that ties a sign-in to its browser: what other hosts of the domain could plant does not count on https.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newToken } from "../auth/tokens.js";
import { readBrowserSecret, writeBrowserSecret } from "./browser-cookie.js";

const HTTPS = { publicUrl: "https://parley.example.com" };
const PLAIN = { publicUrl: "http://127.0.0.1:3000" };

test("is read as it was written, out of others", () => {
  for (const site of [HTTPS, PLAIN, {}]) {
    const secret = newToken();
    const line = writeBrowserSecret(secret, site);
    for (const part of [/; HttpOnly/, /; SameSite=Lax/, /; Path=\//, /; Max-Age=600/]) assert.match(line, part);
    assert.equal(readBrowserSecret(`a=b; ${line.split(";")[0]}; c=d`, site), secret);
  }
});

test("on https has the prefix and is Secure, and no other counts", () => {
  const secret = newToken();
  assert.match(writeBrowserSecret(secret, HTTPS), /^__Host-parley_oidc=.*; Secure$/);
  assert.equal(readBrowserSecret(`parley_oidc=${secret}`, HTTPS), undefined);
  assert.doesNotMatch(writeBrowserSecret(secret, PLAIN), /Secure|__Host-/);
});

test("is none when it is no secret of ours", () => {
  for (const header of [
    undefined,
    "",
    "parley_oidc=",
    "parley_oidc=short",
    `parley_oidc=${"x".repeat(44)}`,
    "parley_oidc",
  ])
    assert.equal(readBrowserSecret(header, PLAIN), undefined);
});
