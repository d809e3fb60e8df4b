// Programs with platform keys: over REST, streams and sockets, with their scopes, limits and lifetime.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import {
  type ApiKeyInput,
  type Client,
  type CreatedApiKey,
  connectSocket,
  type ParleySocket,
} from "#libs/client/index";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { until, within } from "../app/patience.js";
import { Recorder } from "../app/recorder.js";
import { ask, uniqueText } from "./ask.js";

/** What the product promises, ms. */
const PROMISED_MS = 1_000;

export function platformKeys(theApp: () => App): void {
  describe("a platform key", () => {
    let owner: Account;

    before(async () => {
      owner = await theApp().aUser("Owner");
    });

    async function aKey(input: Partial<ApiKeyInput> = {}, of = owner): Promise<CreatedApiKey> {
      return of.client.workspace(owner.workspaceId).apiKeys.create({ name: "story", scopes: ["chat"], ...input });
    }

    /** A program with a key, on one of the API processes. */
    function program({ token }: CreatedApiKey, api = 0): Client {
      return theApp().client({ token, baseUrl: theApp().baseUrls[api] ?? "" });
    }

    async function withSocket<T>(
      { token }: CreatedApiKey,
      use: (socket: ParleySocket, heard: Recorder) => Promise<T>,
      api = 1,
    ): Promise<T> {
      const socket = connectSocket({ baseUrl: theApp().baseUrls[api] ?? "", token });
      try {
        return await use(socket, new Recorder(socket));
      } finally {
        socket.close();
      }
    }

    const refused = (socket: ParleySocket) =>
      until(socket.status, () => socket.status.getSnapshot().state === "refused", "the refusal");

    it("sends and hears answers by socket on one process, and reads them by REST on the other", async () => {
      const key = await aKey();
      const rest = program(key).workspace(owner.workspaceId);
      const conversation = await rest.conversations.create({ model: "sim/tokens:5" });
      const { workspaceId } = owner;
      await withSocket(key, async (socket, heard) => {
        await socket.send("conversation:join", { workspaceId, conversationId: conversation.id });
        const body = { clientMessageId: crypto.randomUUID(), content: uniqueText() };
        const sent = await socket.send("message:send", { workspaceId, conversationId: conversation.id, ...body });
        await heard.end(sent.assistantMessage.id);
        assert.equal((await rest.messages.get(sent.assistantMessage.id)).status, "completed");
      });
      const [shown] = (await owner.workspace.apiKeys.list()).data.filter(({ id }) => id === key.id);
      assert.equal(shown?.masked, key.masked);
      assert.equal(JSON.stringify(shown).includes(key.token), false);
    });

    it("gets no socket when it does not hold, and no more from one than its scopes allow", async () => {
      const key = await aKey({ scopes: ["read"] });
      const asked = await ask(owner, "sim/tokens:3");
      await asked.heard.end(asked.assistantMessage.id);
      const [workspaceId, conversationId] = [owner.workspaceId, asked.conversation.id];
      await withSocket(key, async (socket) => {
        await socket.send("conversation:join", { workspaceId, conversationId });
        const body = { clientMessageId: crypto.randomUUID(), content: "x" };
        await assert.rejects(socket.send("message:send", { workspaceId, conversationId, ...body }), {
          code: "insufficient_scope",
        });
      });
      await withSocket({ ...key, token: `${key.token.slice(0, -1)}_` }, refused);
    });

    it("loses its sockets and streams on every process within a second when it is revoked", async () => {
      const key = await aKey();
      const asked = await ask(owner, "sim/tokens:2000,rate:50");
      const stream = program(key).workspace(owner.workspaceId).messages;
      const response = await fetch(
        `${theApp().baseUrls[0]}/api/v1/workspaces/${owner.workspaceId}/messages/${asked.assistantMessage.id}/events`,
        { headers: { authorization: `Bearer ${key.token}` } },
      );
      assert.equal(response.status, 200);
      const ended = response.text();
      await withSocket(key, async (socket) => {
        await socket.send("conversation:join", {
          workspaceId: owner.workspaceId,
          conversationId: asked.conversation.id,
        });
        await owner.workspace.apiKeys.revoke(key.id);
        const start = performance.now();
        const closed = until(socket.status, () => socket.status.getSnapshot().state !== "online", "the end");
        const text = await within(
          Promise.all([ended, closed]).then(([events]) => events),
          "the end of both",
        );
        const ms = performance.now() - start;
        assert.ok(ms < PROMISED_MS, `${ms} ms`);
        assert.doesNotMatch(text, /event: message:(completed|stopped|interrupted|failed)/);
        await refused(socket);
      });
      await assert.rejects(stream.get(asked.assistantMessage.id), { status: 401 });
      await owner.workspace.messages.stop(asked.assistantMessage.id);
      await asked.heard.end(asked.assistantMessage.id);
    });

    it("loses its sockets when its time has come", async () => {
      const expiresAt = new Date(Date.now() + 1_500).toISOString();
      const key = await aKey({ expiresAt });
      await withSocket(key, async (socket) => {
        await socket.online();
        await refused(socket);
        const late = Date.now() - Date.parse(expiresAt);
        assert.ok(late >= 0 && late < PROMISED_MS + 500, `${late} ms after its end`);
      });
    });

    it("comes back narrower when it, or its member, was narrowed", async () => {
      const member = await theApp().aUser("Member");
      const { token } = await owner.workspace.invites.create({ role: "member" });
      await member.client.workspaces.accept({ token });
      const key = await aKey({ scopes: ["chat"] }, member);
      const { id: conversationId } = await owner.aConversation();
      const { workspaceId } = owner;
      const join = (socket: ParleySocket) => socket.send("conversation:join", { workspaceId, conversationId });
      const draft = (socket: ParleySocket) =>
        socket.send("draft:update", { workspaceId, conversationId, text: "x" }, { retries: 3 });
      const closedBy = async (socket: ParleySocket, act: () => Promise<unknown>) => {
        const closed = until(socket.status, () => socket.status.getSnapshot().state !== "online", "the end");
        await act();
        await closed;
      };
      await withSocket(key, async (socket) => {
        await join(socket);
        await draft(socket);
        await closedBy(socket, () =>
          member.client.workspace(workspaceId).apiKeys.update(key.id, { scopes: ["chat", "gateway"] }),
        );
        await socket.online();
        await join(socket);
        await closedBy(socket, () => owner.workspace.members.update(member.me.user.id, { role: "viewer" }));
        await socket.online();
        await join(socket);
        await assert.rejects(draft(socket), { code: "forbidden" });
        await owner.workspace.members.remove(member.me.user.id);
        await refused(socket);
      });
    });

    it("keeps to its models, also when another is the conversation's own", async () => {
      const key = await aKey({ models: ["sim/tokens:3"] });
      const rest = program(key).workspace(owner.workspaceId);
      const conversation = await owner.aConversation({ model: "sim/plain" });
      const body = () => ({ clientMessageId: crypto.randomUUID(), content: uniqueText() });
      await assert.rejects(rest.messages.send(conversation.id, body()), { status: 403, code: "model_not_allowed" });
      const sent = await rest.messages.send(conversation.id, { ...body(), model: "sim/tokens:3" });
      const { heard } = await owner.join(conversation.id);
      if ((await rest.messages.get(sent.assistantMessage.id)).status !== "completed")
        await heard.end(sent.assistantMessage.id);
      const model = "sim/plain";
      await assert.rejects(rest.messages.regenerate(sent.assistantMessage.id, { model }), {
        code: "model_not_allowed",
      });
      await assert.rejects(rest.messages.edit(sent.userMessage.id, { content: "x" }), { code: "model_not_allowed" });
    });

    it("has one rate for all processes, requests and events", async () => {
      const key = await aKey({ scopes: ["read"], requestsPerMinute: 4 });
      const [first, second] = [program(key, 0), program(key, 1)];
      await first.workspaces.list();
      await second.workspaces.list();
      await withSocket(key, async (socket) => {
        const join = () => socket.send("workspace:join", { workspaceId: owner.workspaceId }, { retries: 0 });
        await join();
        await first.auth.me();
        await assert.rejects(join(), { code: "too_many_requests" });
      });
      const refusal = await second.workspaces.list().catch((error: { status: number; retryAfterMs?: number }) => error);
      assert.equal((refusal as { status: number }).status, 429);
    });

    it("writes without an origin and from any, and is never helped by a cookie", async () => {
      const key = await aKey({ scopes: ["chat"] });
      const url = `${theApp().baseUrl}/api/v1/workspaces/${owner.workspaceId}/conversations`;
      const write = async (headers: Record<string, string>) =>
        (await fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: "{}" }))
          .status;
      const authorization = `Bearer ${key.token}`;
      assert.equal(await write({ authorization }), 201);
      assert.equal(await write({ authorization, origin: "https://elsewhere.example" }), 201);
      const cookie = owner.jar.header();
      for (const wrong of ["Bearer pk_wrong", "Bearer", "bearer  "])
        assert.equal(await write({ authorization: wrong, cookie, origin: theApp().baseUrl }), 401, wrong);
    });
  });
}
