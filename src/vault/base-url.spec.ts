// Keys are sent to public addresses only, however a private one is written (CWE-918).
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, isIP } from "node:net";
import { describe, it } from "node:test";
import { request } from "undici";
import { type Config, loadConfig } from "#libs/config/index";
import { createUpstreamAgent } from "#libs/openrouter/index";
import { aFolder } from "../../test/app/child.js";
import { OTHER_FORMS, PRIVATE_HOSTS } from "../../test/app/private-urls.js";
import { assertUsableUrl, isPrivateAddress } from "./base-url.js";
import { Egress, publicLookup } from "./egress.js";

const folder = aFolder("parley-egress-");
const configOf = (env: Record<string, string>): Config => loadConfig({ DATA_DIR: folder, ...env });
const strict = configOf({});

describe("a base URL", () => {
  it("of a private address is refused in every spelling", async () => {
    const urls = [...PRIVATE_HOSTS.map((host) => `https://${host}/v1`), ...OTHER_FORMS];
    assert.ok(urls.length >= 60, `${urls.length}`);
    for (const url of urls) {
      await assert.rejects(assertUsableUrl(url, strict), { status: 422, code: "invalid_input" }, url);
      if (/^https?:/.test(url) && URL.canParse(url) && isIP(new URL(url).hostname.replace(/[[\]]/g, ""))) {
        assert.throws(() => new Egress(strict).dispatcherFor(url), { code: "base_url_refused" }, url);
      }
    }
  });

  it("of a public address is taken, with its port, path and query", async () => {
    for (const url of ["https://8.8.8.8/v1", "https://[2606:4700::1111]:8443/v1", "https://1.1.1.1/v1?api-version=1"]) {
      await assertUsableUrl(url, strict);
      assert.ok(new Egress(strict).dispatcherFor(url), url);
    }
  });

  it("of the operator's choice is always taken, but not other paths on that host", async () => {
    const config = configOf({ OPENROUTER_BASE_URL: "http://127.0.0.1:4010/api/v1" });
    await assertUsableUrl("http://127.0.0.1:4010/api/v1/", config);
    assert.equal(new Egress(config).dispatcherFor("http://127.0.0.1:4010/api/v1"), undefined);
    assert.equal(new Egress(config).dispatcherFor(null), undefined);
    for (const url of [
      "http://127.0.0.1:4010/",
      "http://127.0.0.1:4010/api/v1/../../admin",
      "http://127.0.0.1:4011/api/v1",
    ]) {
      await assert.rejects(assertUsableUrl(url, config), { status: 422 }, url);
    }
    await assertUsableUrl("http://10.0.0.1/v1", configOf({ ALLOW_PRIVATE_PROVIDERS: "true" }));
  });

  it("is one of the operator's list, if there is one: the same origin, and private only where that is allowed too", async () => {
    const list = "https://8.8.8.8,https://8.8.4.4:8443/, http://10.0.0.8:11434";
    const config = configOf({ PROVIDER_ORIGINS: list, OPENROUTER_BASE_URL: "http://127.0.0.1:4010/api/v1" });
    assert.deepEqual(config.providerOrigins, ["https://8.8.8.8", "https://8.8.4.4:8443", "http://10.0.0.8:11434"]);
    for (const url of ["https://8.8.8.8/v1", "https://8.8.8.8:443/", "https://8.8.4.4:8443/v1?a=b"]) {
      await assertUsableUrl(url, config);
      assert.ok(new Egress(config).dispatcherFor(url), url);
    }
    for (const url of [
      ...["https://8.8.8.8:8443/v1", "http://8.8.8.8/v1", "https://8.8.4.4/v1", "https://1.1.1.1/v1"],
      ...["https://8.8.8.8.example.com/v1", "http://10.0.0.8:11434/v1"],
    ]) {
      await assert.rejects(assertUsableUrl(url, config), { status: 422, code: "invalid_input" }, url);
      assert.throws(() => new Egress(config).dispatcherFor(url), { code: "base_url_refused" }, url);
    }
    // The operator's own provider needs no place in the list.
    await assertUsableUrl("http://127.0.0.1:4010/api/v1", config);
    const open = configOf({ PROVIDER_ORIGINS: list, ALLOW_PRIVATE_PROVIDERS: "true" });
    await assertUsableUrl("http://10.0.0.8:11434/v1", open);
    assert.equal(new Egress(open).dispatcherFor("http://10.0.0.8:11434/v1"), undefined);
    await assert.rejects(assertUsableUrl("http://10.0.0.9:11434/v1", open), { status: 422 });
    for (const bad of ["api.example.com", "https://a.test/v1", "https://a.test,,", "ftp://a.test", "https://u@a.test"])
      assert.throws(() => configOf({ PROVIDER_ORIGINS: bad }), /PROVIDER_ORIGINS: must be origins/, bad);
  });

  it("is judged by addresses, not by text", () => {
    for (const address of ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00::1"]) {
      assert.equal(isPrivateAddress(address), false, address);
    }
    for (const address of ["::ffff:8.8.8.8"]) assert.equal(isPrivateAddress(address), false, address);
    for (const address of ["::ffff:10.0.0.1", "::ffff:7f00:1", "10.255.0.1"])
      assert.equal(isPrivateAddress(address), true);
  });

  it("whose name turns out private at the connection gets no connection", async () => {
    let connections = 0;
    const sink = createServer((_request, response) => response.end("{}"));
    sink.on("connection", () => (connections += 1));
    sink.listen(0, "127.0.0.1");
    await once(sink, "listening");
    const url = `http://localhost:${(sink.address() as AddressInfo).port}/v1`;
    const guarded = createUpstreamAgent({ connect: { lookup: publicLookup } });
    await assert.rejects(request(url, { dispatcher: guarded }), { code: "EACCES" });
    assert.equal(connections, 0);
    // The same name through the process's own pool does connect, so the guard made the difference.
    const open = createUpstreamAgent();
    await (await request(url, { dispatcher: open })).body.dump();
    assert.equal(connections, 1);
    await Promise.all([guarded.destroy(), open.destroy()]);
    sink.close();
    await once(sink, "close");
  });
});
