// No key is ever sent to a private address: not when it is given, and not when it was stored while the operator allowed it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { after, before, describe, it } from "node:test";
import { ParleyError, type WorkspaceClient } from "#libs/client/index";
import type { Account } from "../app/account.js";
import { App } from "../app/app.js";
import { OTHER_FORMS, PRIVATE_HOSTS } from "../app/private-urls.js";
import { REBINDING_NAMES } from "../app/rebinding-names.js";

/** A workspace whose only key leads to a private address. */
interface Place {
  url: string;
  workspace: WorkspaceClient;
  keyId: string;
  token: string;
}

const inputOf = (baseUrl: string) =>
  ({ provider: "openai-compatible", label: "k", secret: "sk-lost", baseUrl }) as const;

/** Makes a process look names up as rebinding-names.ts says. */
const WITH_REBINDING = {
  REBINDING_NAMES: "1",
  NODE_OPTIONS: `--import=${new URL("../app/rebinding-names.js", import.meta.url).href}`,
};

const REDIRECTS = [301, 302, 303, 307, 308];

const isRefused = (error: unknown): boolean => error instanceof ParleyError && [400, 422].includes(error.status ?? 0);

describe("addresses that a workspace gives", () => {
  let app: App;
  let user: Account;
  let sink: Server;
  let connections = 0;
  let port: number;
  let urls: string[];
  const stored: Place[] = [];
  const rebinding: Place[] = [];
  /** Answers every request with a redirect to the sink. */
  let redirectStatus = 302;
  let redirected = 0;
  let redirectingUrl: string;
  const redirecting = createHttpServer((_request, response) => {
    redirected += 1;
    response.writeHead(redirectStatus, { location: `http://127.0.0.1:${port}/v1/models` }).end();
  });

  before(async () => {
    sink = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    // Every address of this machine, of both families.
    sink.listen(0, "::");
    await once(sink, "listening");
    ({ port } = sink.address() as AddressInfo);
    urls = [...PRIVATE_HOSTS.map((host) => `https://${host}:${port}/v1`), ...OTHER_FORMS];
    app = await App.start({ env: { ALLOW_PRIVATE_PROVIDERS: "true" } });
    user = await app.aUser();
  });
  after(async () => {
    await app?.stop();
    sink?.close();
    redirecting.close();
  });

  async function place(url: string): Promise<Place | null> {
    const { id } = await user.client.workspaces.create({ name: "place" });
    const workspace = user.client.workspace(id);
    try {
      const { id: keyId } = await workspace.providerKeys.create(inputOf(url));
      const { token } = await workspace.apiKeys.create({ name: "k", scopes: ["gateway"] });
      return { url, workspace, keyId, token };
    } catch (error) {
      // Even an operator who allows private addresses gets no others than http(s) ones without credentials.
      assert.ok(isRefused(error), `${url}: ${String(error)}`);
      return null;
    }
  }

  async function callByChat({ workspace, url }: Place): Promise<void> {
    const { id } = await workspace.conversations.create({ model: "some/model" });
    const body = { clientMessageId: "1", content: "hi" };
    const events = [];
    for await (const { event } of workspace.messages.stream(id, body)) events.push(event);
    assert.equal(events.at(-1), "message:failed", url);
  }

  async function callByGateway({ token, url }: Place): Promise<void> {
    for (const path of ["chat/completions", "embeddings", "responses"]) {
      const response = await fetch(`${app.baseUrl}/v1/${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ model: "some/model", messages: [{ role: "user", content: "hi" }], input: "hi" }),
      });
      assert.ok(response.status >= 400, url);
      assert.doesNotMatch(await response.text(), /sk-lost|ECONNREFUSED|127\.0\.0\.1/, url);
    }
  }

  async function restart(env: Record<string, string>): Promise<void> {
    await Promise.all((["api", "worker"] as const).map((kind) => app.restart(kind, 0, env)));
    connections = 0;
  }

  /** Every way in which a key is used: 5. */
  async function callAll(one: Place): Promise<void> {
    const { ok } = await one.workspace.providerKeys.test(one.keyId);
    assert.equal(ok, false, one.url);
    await callByChat(one);
    await callByGateway(one);
  }

  it("are refused, or lead nowhere once they are not allowed any more: 0 connections", async (test) => {
    for (const url of urls) {
      const one = await place(url);
      if (one) stored.push(one);
    }
    await restart({ ALLOW_PRIVATE_PROVIDERS: "false", ...WITH_REBINDING });
    for (const url of urls) {
      await assert.rejects(user.workspace.providerKeys.create(inputOf(url)), isRefused, url);
    }
    for (const one of stored) await callAll(one);
    test.diagnostic(
      `${urls.length} addresses given, ${stored.length} of them stored before and called 5 ways: ${connections} connections`,
    );
    assert.ok(urls.length >= 60 && stored.length >= 40, `${stored.length}`);
    assert.equal(connections, 0);
  });

  it("that turn private between the look and the connection (DNS rebinding) lead nowhere: 0 connections", async () => {
    for (const name of REBINDING_NAMES) {
      const one = await place(`https://${name}:${port}/v1`);
      assert.ok(one, `${name} is public when it is looked at`);
      rebinding.push(one);
      await callAll(one);
    }
    assert.equal(connections, 0);
  });

  it("are those that the operator lists; others that were stored before lead nowhere: 0 connections", async () => {
    redirecting.listen(0, "127.0.0.1");
    await once(redirecting, "listening");
    redirectingUrl = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}`;
    const listed = [stored[0]!, ...rebinding].map(({ url }) => new URL(url).origin);
    const PROVIDER_ORIGINS = [...listed, `${redirectingUrl}/`].join(", ");
    await restart({ ALLOW_PRIVATE_PROVIDERS: "true", PROVIDER_ORIGINS });
    const unlisted = stored.find(({ url }) => !listed.includes(new URL(url).origin))!;
    await callAll(unlisted);
    for (const url of [unlisted.url, `${redirectingUrl}0/v1`, redirectingUrl.replace("http", "https")])
      await assert.rejects(user.workspace.providerKeys.create(inputOf(url)), isRefused, url);
    assert.equal(connections, 0);
  });

  it("do not lead elsewhere by a redirect: 0 connections", async () => {
    const one = await place(`${redirectingUrl}/v1`);
    assert.ok(one);
    for (const status of REDIRECTS) {
      redirectStatus = status;
      await callAll(one);
    }
    assert.equal(redirected, REDIRECTS.length * 5);
    assert.equal(connections, 0);
  });

  it("would be connected to where the operator allows it, the rebinding names among them", async () => {
    // Of the mixed one, nothing may go to its public address.
    for (const { url, workspace, keyId } of [stored[0]!, ...rebinding.filter(({ url }) => !url.includes("mixed"))]) {
      connections = 0;
      assert.equal((await workspace.providerKeys.test(keyId)).ok, false);
      assert.ok(connections > 0, url);
    }
  });
});
