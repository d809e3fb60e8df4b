// Which site passkeys are bound to.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { siteOf } from "./site.js";

const request = (host: string, origin?: string) => ({
  headers: origin ? { origin } : {},
  protocol: "http" as const,
  host,
});

describe("the site of passkeys", () => {
  it("is PUBLIC_URL, else the page's own origin, else the host that was asked", () => {
    const behindProxy = request("chat.example.com", "https://chat.example.com");
    assert.deepEqual(siteOf(behindProxy, {}), { origin: "https://chat.example.com", rpId: "chat.example.com" });
    assert.deepEqual(siteOf(request("localhost:3000"), {}), { origin: "http://localhost:3000", rpId: "localhost" });
    const named = { publicUrl: "https://parley.example.com" };
    assert.equal(siteOf(behindProxy, named).rpId, "parley.example.com");
  });

  it("is none under an IP address", () => {
    for (const host of ["127.0.0.1:3000", "[::1]:3000", "192.0.2.7"])
      assert.throws(() => siteOf(request(host), {}), { code: "no_passkeys_here" });
  });
});
