// Keys are sent to public addresses only, however a private one is written (CWE-918).
import assert from "node:assert/strict";
import dns, { type LookupOptions } from "node:dns";
import resolver from "node:dns/promises";
import { once } from "node:events";
import { createServer } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import { type AddressInfo, isIP } from "node:net";
import { describe, it } from "node:test";
import { request } from "undici";
import { type Config, loadConfig } from "#libs/config/index";
import { createUpstreamAgent } from "#libs/openrouter/index";
import { aFolder } from "../../test/app/child.js";
import { OTHER_FORMS, PRIVATE_HOSTS } from "../../test/app/private-urls.js";
import { assertUsableUrl, hostOf, isPrivateAddress, standingOf } from "./base-url.js";
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
    for (const address of ["::ffff:8.8.8.8", "::ffff:108.177.119.100", "2606:4700::ffff:0:1"])
      assert.equal(isPrivateAddress(address), false, address);
    for (const address of ["::ffff:10.0.0.1", "::ffff:7f00:1", "10.255.0.1"])
      assert.equal(isPrivateAddress(address), true);
  });

  it("is refused with the field and the reason, also where the operator vouches for addresses", async () => {
    const list = configOf({ PROVIDER_ORIGINS: "https://8.8.8.8,https://8.8.4.4" });
    const open = configOf({ ALLOW_PRIVATE_PROVIDERS: "true" });
    for (const [url, config, message] of [
      ["8.8.8.8/v1", open, "is not a URL"],
      ["https://user@8.8.8.8/v1", open, "must not hold credentials or a fragment"],
      ["https://:secret@8.8.8.8/v1", open, "must not hold credentials or a fragment"],
      ["https://8.8.8.8/v1#part", open, "must not hold credentials or a fragment"],
      ["ftp://8.8.8.8/v1", open, "must be an http(s) URL"],
      ["https://1.1.1.1/v1", list, "is not at an address that the operator allows: https://8.8.8.8, https://8.8.4.4"],
      ["http://8.8.8.8/v1", strict, "must be https"],
      ["https://a..b/v1", strict, "names a host that cannot be found"],
      ["https://10.0.0.1/v1", strict, "points at a private address, which the operator has not allowed"],
      ["http://127.0.0.1:11434/v1", strict, "points at a private address, which the operator has not allowed"],
    ] as const) {
      await assert.rejects(
        assertUsableUrl(url, config),
        { status: 422, errors: [{ path: "baseUrl", message }] },
        `${url}: ${message}`,
      );
    }
    const message = "The base URL of this provider key points at an address that is not allowed here.";
    for (const url of ["http://8.8.8.8/v1", "https://10.0.0.1/v1", "https://[::1]/v1"])
      assert.throws(() => new Egress(strict).dispatcherFor(url), { code: "base_url_refused", status: 422, message });
  });

  it("stands as the operator says, slashes at its end or not", () => {
    const config = configOf({ OPENROUTER_BASE_URL: "http://127.0.0.1:4010/api/v1" });
    for (const slashes of ["", "/", "///"])
      assert.equal(standingOf(`http://127.0.0.1:4010/api/v1${slashes}`, config), "vouched");
    assert.equal(standingOf("http://127.0.0.1:4010//api/v1", config), "checked");
    assert.equal(standingOf("https://8.8.8.8/v1", strict), "checked");
    assert.equal(standingOf("https://8.8.8.8/v1", configOf({ PROVIDER_ORIGINS: "https://1.1.1.1" })), "unlisted");
    assert.deepEqual(["[::1]", "a.test", "8.8.8.8"].map(hostOf), ["::1", "a.test", "8.8.8.8"]);
  });

  it("is looked up for public addresses in each form that a connection asks for", async () => {
    const find = (name: string, options: LookupOptions) =>
      new Promise<unknown[]>((resolve) => publicLookup(name, options, (...found) => resolve(found)));
    assert.deepEqual(await find("8.8.8.8", { all: true }), [null, [{ address: "8.8.8.8", family: 4 }]]);
    assert.deepEqual(await find("8.8.8.8", {}), [null, "8.8.8.8", 4]);
    assert.deepEqual(await find("2606:4700::1111", {}), [null, "2606:4700::1111", 6]);
    for (const options of [{ all: true }, {}]) {
      const [error, found] = await find("127.0.0.1", options);
      assert.ok(error instanceof Error);
      assert.equal(error.message, "127.0.0.1 has a private address");
      assert.deepEqual([(error as NodeJS.ErrnoException).code, found], ["EACCES", []]);
    }
    // The resolver's own fault stays what it is: a name that cannot be one.
    const [fault] = await find("a..b", {});
    assert.ok(fault instanceof Error);
    assert.notEqual((fault as NodeJS.ErrnoException).code, "EACCES");
  });

  it("whose name has one private address among public ones is refused, when it is given and at the connection", async (test) => {
    const both = ["8.8.8.8", "10.0.0.1"].map((address) => ({ address, family: 4 }));
    type Found = (error: Error | null, found: typeof both) => void;
    let found = both;
    test.mock.method(dns, "lookup", (_name: string, _options: LookupOptions, tell: Found) => tell(null, found));
    test.mock.method(resolver, "lookup", async () => found);
    syncBuiltinESMExports();
    try {
      const connected = () =>
        new Promise<string | undefined>((resolve) =>
          publicLookup("both.test", { all: true }, (error) => resolve(error?.code)),
        );
      for (found of [both, both.toReversed()]) {
        await assert.rejects(assertUsableUrl("https://both.test/v1", strict), { status: 422 });
        assert.equal(await connected(), "EACCES");
      }
      found = both.slice(0, 1);
      await assertUsableUrl("https://both.test/v1", strict);
      assert.equal(await connected(), undefined);
    } finally {
      test.mock.restoreAll();
      syncBuiltinESMExports();
    }
  });

  it("of a key is connected to through one guarded pool, which ends with the process", async () => {
    const sink = createServer((_request, response) => response.end("{}"));
    sink.listen(0, "127.0.0.1");
    await once(sink, "listening");
    const egress = new Egress(strict);
    const pool = egress.dispatcherFor("https://8.8.8.8/v1")!;
    assert.equal(egress.dispatcherFor("https://1.1.1.1/v1"), pool);
    const url = `http://localhost:${(sink.address() as AddressInfo).port}/v1`;
    await assert.rejects(request(url, { dispatcher: pool }), { code: "EACCES" });
    egress.onApplicationShutdown();
    await assert.rejects(request(url, { dispatcher: pool }), { code: "UND_ERR_DESTROYED" });
    new Egress(strict).onApplicationShutdown();
    sink.close();
    await once(sink, "close");
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
