// Wrong input of every kind gets its documented answer, and the processes stay up.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { connectSocket, type ParleyError, type Problem } from "#libs/client/index";
import type { Account, Listener } from "../app/account.js";
import type { App } from "../app/app.js";
import { ask, uniqueText } from "./ask.js";

type Nack = {
  ok: false;
  error: { code: string; message: string; retryable: boolean; details?: { errors?: { path: string }[] } };
};

export function refusals(theApp: () => App): void {
  describe("a refusal", () => {
    let user: Account;
    let listener: Listener;
    let conversationId: string;

    before(async () => {
      user = await theApp().aUser();
      ({ id: conversationId } = await user.aConversation({ model: "sim/plain" }));
      listener = await user.join(conversationId);
    });

    // Whatever was thrown at the instance, it still answers on the same connection.
    after(async () => {
      const asked = await ask(user, "sim/tokens:3");
      assert.equal((await asked.heard.end(asked.assistantMessage.id)).event, "message:completed");
    });

    const path = () => `/api/v1/workspaces/${user.workspaceId}/conversations/${conversationId}/messages`;

    it("names each wrong field of a body", async () => {
      const body = { clientMessageId: 7, content: "", params: "hot", surprise: true };
      await assert.rejects(user.client.http.json("POST", path(), { body }), (error: ParleyError) => {
        assert.equal(error.status, 400);
        assert.deepEqual(error.errors.map((one) => one.path).sort(), [
          "clientMessageId",
          "content",
          "params",
          "surprise",
        ]);
        assert.ok(error.errors.every(({ message }) => message.length > 0));
        return true;
      });
    });

    it("is problem+json with the request's id, whatever went wrong", async () => {
      const { http } = user.client;
      const wrongs: [method: string, path: string, body: unknown, status: number][] = [
        ["POST", path(), "{not json", 400],
        ["GET", "/api/v1/no-such-thing", undefined, 404],
        ["GET", `/api/v1/workspaces/${user.workspaceId}/conversations/no-uuid`, undefined, 404],
        ["DELETE", path(), undefined, 404],
      ];
      for (const [method, at, body, status] of wrongs) {
        const response = await http.exchange(method, at, { body });
        const problem = (await response.json()) as Problem;
        assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/);
        const ok = response.status === status || (status === 404 && [400, 405].includes(response.status));
        assert.ok(ok, `${method} ${at}: ${response.status}`);
        assert.equal(problem.status, response.status);
        assert.equal(problem.requestId, response.headers.get("x-request-id"));
        assert.ok(problem.code && problem.title && problem.type && problem.detail);
      }
    });

    it("meets a body of 10 MB with 413, and a socket message of 10 MB without harm", async () => {
      const content = "x".repeat(10 * 1024 * 1024);
      const body = { clientMessageId: crypto.randomUUID(), content };
      await assert.rejects(user.workspace.messages.send(conversationId, body), {
        status: 413,
        code: "payload_too_large",
      });
      const { socket } = await user.listen(1);
      const payload = { workspaceId: user.workspaceId, conversationId, ...body };
      const refused = await socket.send("message:send", payload, { retries: 1, ackTimeoutMs: 5000 }).then(
        () => assert.fail("was accepted"),
        (error: ParleyError) => error,
      );
      assert.ok(["payload_too_large", "invalid_input", "no_ack"].includes(refused.code), refused.code);
      const small = { ...payload, clientMessageId: crypto.randomUUID(), content: uniqueText() };
      assert.ok((await socket.send("message:send", small)).userMessage.id);
      assert.equal((await fetch(`${theApp().baseUrls[1]}/health/live`)).status, 200);
    });

    it("answers unknown events and payloads of any shape", async () => {
      const { socket } = listener;
      const unknown = (await socket.emitRaw("no:such:event", {})) as Nack;
      assert.equal(unknown.ok, false);
      assert.match(unknown.error.message, /no:such:event/);
      const shapes: unknown[] = [undefined, null, 7, "text", [], [[]], {}, { workspaceId: {} }, { __proto__: null }];
      for (const event of ["conversation:join", "message:send", "message:stop", "draft:update", "workspace:join"]) {
        for (const shape of shapes) {
          const answer = (await socket.emitRaw(event, ...(shape === undefined ? [] : [shape]))) as Nack;
          assert.equal(answer.ok, false, `${event} ${JSON.stringify(shape)}`);
          assert.ok(answer.error.code && answer.error.message);
          assert.equal(answer.error.retryable, false);
        }
      }
      const { workspaceId } = user;
      const wrong = (await socket.emitRaw("message:send", {
        workspaceId,
        conversationId,
        content: "",
        clientMessageId: 7,
        more: 1,
      })) as Nack;
      assert.deepEqual(wrong.error.details?.errors?.map((one) => one.path).sort(), [
        "clientMessageId",
        "content",
        "more",
      ]);
    });

    it("shuts out bad credentials", async () => {
      const app = theApp();
      const stranger = app.client({ token: "pk_not-a-key" });
      await assert.rejects(stranger.auth.me(), { status: 401, code: "unauthorized" });
      await assert.rejects(stranger.workspace(user.workspaceId).conversations.list(), { status: 401 });
      await assert.rejects(app.client().workspace(user.workspaceId).conversations.list(), { status: 401 });
      for (const options of [{ token: "pk_not-a-key" }, { cookie: () => "parley_session=forged" }, {}]) {
        const socket = connectSocket({ baseUrl: app.baseUrl, ...options });
        await assert.rejects(socket.online(), (error: ParleyError) => error.code === "unauthorized");
        socket.close();
      }
    });

    it("shuts out writes and sockets that another site's page began", async () => {
      const app = theApp();
      const cookie = user.jar.header();
      for (const origin of ["https://evil.test", "null", `${app.baseUrl}.evil.test`]) {
        const evil = app.client({ headers: { cookie, origin } });
        await assert.rejects(evil.workspace(user.workspaceId).conversations.create({}), { status: 403 }, origin);
        const polling = await fetch(`${app.baseUrl}/socket.io/?EIO=4&transport=polling`, {
          headers: { cookie, origin },
        });
        assert.ok(polling.status >= 400, `${origin}: ${polling.status}`);
      }
      const noOrigin = app.client({ headers: { cookie } });
      await assert.rejects(noOrigin.workspace(user.workspaceId).conversations.create({}), { status: 403 });
    });

    it("says so when the model does not exist", async () => {
      const body = { clientMessageId: crypto.randomUUID(), content: uniqueText(), model: "nobody/no-such-model" };
      const sent = await user.workspace.messages.send(conversationId, body).catch((error: ParleyError) => error);
      if (!("assistantMessage" in sent)) {
        assert.ok(sent.status === 422 || sent.status === 400);
        assert.match(sent.message, /model/i);
        return;
      }
      const { message } = await listener.heard.end(sent.assistantMessage.id);
      assert.equal(message.status, "failed");
      assert.match(`${message.error?.code} ${message.error?.message}`, /model/i);
    });

    it("says so when the message to answer is not there, or the wrong kind", async () => {
      const elsewhere = await ask(user, "sim/plain");
      await elsewhere.heard.end(elsewhere.assistantMessage.id);
      const send = (parentId: string) =>
        user.workspace.messages.send(conversationId, { clientMessageId: crypto.randomUUID(), content: "x", parentId });
      const refused = (error: ParleyError) => [404, 409, 422].includes(error.status);
      await assert.rejects(send(elsewhere.assistantMessage.id), refused);
      await assert.rejects(send("0190f5fe-7c00-7a00-8000-00000000dead"), refused);
      await assert.rejects(user.workspace.messages.regenerate(elsewhere.userMessage.id), (error: ParleyError) =>
        [409, 422].includes(error.status),
      );
      await assert.rejects(user.workspace.messages.continue(elsewhere.userMessage.id), (error: ParleyError) =>
        [409, 422].includes(error.status),
      );
      await assert.rejects(
        user.workspace.messages.edit(elsewhere.assistantMessage.id, { content: "x" }),
        (error: ParleyError) => [409, 422].includes(error.status),
      );
    });
  });
}
