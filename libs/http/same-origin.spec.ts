// Which writes a browser's cookie may authenticate.
import assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { test } from "node:test";
import { assertSameOrigin, originVerdict } from "./index.js";

const PUBLIC = "https://chat.example.com";
const cookie = "a=b; parley_session=abc";

function allowed(headers: IncomingHttpHeaders, method = "POST"): boolean {
  try {
    assertSameOrigin(method, { host: "chat.example.com", ...headers }, PUBLIC);
    return true;
  } catch (error) {
    assert.equal((error as { code: string }).code, "foreign_origin");
    return false;
  }
}

test("writes with a cookie need a same-origin sign", () => {
  assert.ok(allowed({ cookie, origin: PUBLIC }));
  assert.ok(allowed({ cookie, "sec-fetch-site": "same-origin" }));
  assert.ok(allowed({ cookie: "__Host-parley_session=x", origin: PUBLIC, "sec-fetch-site": "same-origin" }));
  assert.ok(allowed({ cookie, host: "localhost:3000", origin: "http://localhost:3000" }));
  assert.ok(!allowed({ cookie }));
  assert.ok(!allowed({ cookie: "__Host-parley_session=x" }));
});

test("foreign origins are refused in every spelling", () => {
  for (const origin of [
    "https://evil.com",
    "https://chat.example.com.evil.com",
    "https://evilchat.example.com",
    "https://chat.example.com:444",
    "https://chat.example.com@evil.com",
    "https://evil.com/chat.example.com",
    "https://evil.com#chat.example.com",
    "https://evil.com\\chat.example.com",
    "null",
    "",
    "file://",
    "chrome-extension://chat.example.com",
  ]) {
    assert.ok(!allowed({ cookie, origin }), origin);
    assert.ok(!allowed({ origin }), `${origin} without a cookie (signing in)`);
  }
  for (const site of ["cross-site", "same-site", "none"]) assert.ok(!allowed({ cookie, "sec-fetch-site": site }), site);
  assert.ok(!allowed({ cookie, origin: PUBLIC, "sec-fetch-site": "cross-site" }));
});

test("programs, reads and bearer tokens need no origin", () => {
  assert.ok(allowed({}));
  assert.ok(allowed({ cookie }, "GET"));
  assert.ok(allowed({ cookie, authorization: "Bearer pk_x", origin: "https://evil.com" }));
  assert.ok(!allowed({ cookie, authorization: "Basic eA==", origin: "https://evil.com" }));
  for (const method of ["PUT", "PATCH", "DELETE"]) assert.ok(!allowed({ cookie }, method), method);
});

test("the verdict tells silence from foreignness", () => {
  assert.equal(originVerdict({ host: "h" }, undefined), "unknown");
  assert.equal(originVerdict({ host: "h", origin: "http://h" }, undefined), "same");
  assert.equal(originVerdict({ host: "h", origin: "http://x" }, undefined), "foreign");
  assert.equal(originVerdict({ origin: "http://" }, undefined), "foreign");
});
