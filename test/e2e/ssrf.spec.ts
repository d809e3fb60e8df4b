// No key is ever sent to a private address: not when it is given, and not when it was stored while the operator allowed it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { after, before, describe, it } from "node:test";
import { ParleyError, type WorkspaceClient } from "#libs/client/index";
import type { Account } from "../app/account.js";
import { App } from "../app/app.js";
import { OTHER_FORMS, PRIVATE_HOSTS } from "../app/private-urls.js";

/** A workspace whose only key leads to a private address. */
interface Place {
  url: string;
  workspace: WorkspaceClient;
  keyId: string;
  token: string;
}

const inputOf = (baseUrl: string) =>
  ({ provider: "openai-compatible", label: "k", secret: "sk-lost", baseUrl }) as const;

const isRefused = (error: unknown): boolean => error instanceof ParleyError && [400, 422].includes(error.status ?? 0);

describe("addresses that a workspace gives", () => {
  let app: App;
  let user: Account;
  let sink: Server;
  let connections = 0;
  let urls: string[];

  before(async () => {
    sink = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    // Every address of this machine, of both families.
    sink.listen(0, "::");
    await once(sink, "listening");
    const { port } = sink.address() as AddressInfo;
    urls = [...PRIVATE_HOSTS.map((host) => `https://${host}:${port}/v1`), ...OTHER_FORMS];
    app = await App.start({ env: { ALLOW_PRIVATE_PROVIDERS: "true" } });
    user = await app.aUser();
  });
  after(async () => {
    await app?.stop();
    sink?.close();
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

  it("are refused, or lead nowhere once they are not allowed any more: 0 connections", async (test) => {
    const stored: Place[] = [];
    for (const url of urls) {
      const one = await place(url);
      if (one) stored.push(one);
    }
    for (const kind of ["api", "worker"] as const) await app.restart(kind, 0, { ALLOW_PRIVATE_PROVIDERS: "false" });
    connections = 0;
    for (const url of urls) {
      await assert.rejects(user.workspace.providerKeys.create(inputOf(url)), isRefused, url);
    }
    for (const one of stored) {
      const { ok } = await one.workspace.providerKeys.test(one.keyId);
      assert.equal(ok, false, one.url);
      await callByChat(one);
      await callByGateway(one);
    }
    test.diagnostic(
      `${urls.length} addresses given, ${stored.length} of them stored before and called 5 ways: ${connections} connections`,
    );
    assert.ok(urls.length >= 60 && stored.length >= 40, `${stored.length}`);
    assert.equal(connections, 0);
  });

  it("would be connected to if the operator allowed it", async () => {
    for (const kind of ["api", "worker"] as const) await app.restart(kind, 0, { ALLOW_PRIVATE_PROVIDERS: "true" });
    const one = await place(urls[0]!);
    assert.ok(one);
    connections = 0;
    assert.equal((await one.workspace.providerKeys.test(one.keyId)).ok, false);
    assert.ok(connections > 0);
  });
});
