// However often a message is sent under one clientMessageId, it is one message and one provider call.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Ack, SentMessages } from "#libs/client/index";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { ask, uniqueText } from "./ask.js";

export function idempotency(theApp: () => App): void {
  describe("the same clientMessageId", () => {
    let user: Account;

    before(async () => {
      user = await theApp().aUser();
    });

    it("is answered with the first result, over REST and sockets, while it streams and after", async () => {
      const { id: conversationId } = await user.aConversation({ model: "sim/tokens:30,rate:100" });
      const body = { clientMessageId: crypto.randomUUID(), content: uniqueText() };
      const first = await user.workspace.messages.send(conversationId, body);
      const { socket, heard } = await user.join(conversationId, undefined, 1);
      const again = await socket.send("message:send", { workspaceId: user.workspaceId, conversationId, ...body });
      assert.equal(again.userMessage.id, first.userMessage.id);
      assert.equal(again.assistantMessage.id, first.assistantMessage.id);
      await heard.end(first.assistantMessage.id);
      const late = await user.workspace.messages.send(conversationId, body);
      assert.equal(late.assistantMessage.id, first.assistantMessage.id);
      assert.equal((await user.workspace.conversations.messages(conversationId)).data.length, 2);
      assert.equal((await theApp().simulator.calls(body.content)).length, 1);
    });

    it("with another body is a conflict", async () => {
      const asked = await ask(user, "sim/tokens:3");
      const { conversation, userMessage } = asked;
      const clientMessageId = userMessage.clientMessageId ?? "";
      const body = { clientMessageId, content: "something else" };
      const conflict = { code: "idempotency_conflict" };
      await assert.rejects(user.workspace.messages.send(conversation.id, body), { ...conflict, status: 422 });
      const { workspaceId } = user;
      await assert.rejects(
        asked.socket.send("message:send", { workspaceId, conversationId: conversation.id, ...body }),
        conflict,
      );
      const withModel = { clientMessageId, content: userMessage.content, model: "sim/tokens:4" };
      await assert.rejects(user.workspace.messages.send(conversation.id, withModel), conflict);
    });

    it("belongs to its conversation: the same id elsewhere is another message", async () => {
      const [one, two] = [
        await user.aConversation({ model: "sim/plain" }),
        await user.aConversation({ model: "sim/plain" }),
      ];
      const body = { clientMessageId: crypto.randomUUID(), content: uniqueText() };
      const sent = [await user.workspace.messages.send(one.id, body), await user.workspace.messages.send(two.id, body)];
      assert.notEqual(sent[0]?.userMessage.id, sent[1]?.userMessage.id);
    });

    it("sent 500 times at once is one message and one provider call", async () => {
      const { id: conversationId } = await user.aConversation({ model: "sim/tokens:20" });
      const content = uniqueText();
      const payload = { workspaceId: user.workspaceId, conversationId, clientMessageId: crypto.randomUUID(), content };
      const room = await user.join(conversationId);
      const listeners = await Promise.all([0, 1, 0, 1, 0].map((api) => user.listen(api)));
      const acks = await Promise.all(
        Array.from({ length: 500 }, (_, n) => listeners[n % listeners.length]?.socket.emitRaw("message:send", payload)),
      );
      const ids = acks.map((ack) => {
        const answer = ack as Ack<SentMessages>;
        assert.ok(answer.ok, JSON.stringify(answer));
        return `${answer.data.userMessage.id} ${answer.data.assistantMessage.id}`;
      });
      assert.equal(ids.length, 500);
      assert.equal(new Set(ids).size, 1);
      await room.heard.end(ids[0]?.split(" ")[1] ?? "");
      assert.equal((await user.workspace.conversations.messages(conversationId)).data.length, 2);
      assert.equal((await theApp().simulator.calls(content)).length, 1);
      assert.equal(room.heard.all("message:created").length, 2);
    });

    it("holds for a regenerate too", async () => {
      const asked = await ask(user, "sim/tokens:3");
      await asked.heard.end(asked.assistantMessage.id);
      const body = { clientMessageId: crypto.randomUUID() };
      const made = await Promise.all(
        [1, 2, 3, 4].map(() => user.workspace.messages.regenerate(asked.assistantMessage.id, body)),
      );
      assert.equal(new Set(made.map(({ id }) => id)).size, 1);
    });

    it("has its like in Idempotency-Key, on every POST", async () => {
      const { http } = user.client;
      const path = `/api/v1/workspaces/${user.workspaceId}/conversations`;
      const headers = { "idempotency-key": crypto.randomUUID() };
      const body = { title: "once" };
      const made = await Promise.all(
        [1, 2, 3].map(() =>
          http.json<{ id: string }>("POST", path, { body, headers }).catch((error: { status: number }) => error),
        ),
      );
      const ids = new Set(made.flatMap((answer) => ("id" in answer ? [answer.id] : [])));
      assert.equal(ids.size, 1);
      // A repeat while the first one runs may be told to come back (409); never may it act.
      for (const answer of made) if (!("id" in answer)) assert.equal(answer.status, 409);
      assert.equal((await http.json<{ id: string }>("POST", path, { body, headers })).id, [...ids][0]);
      await assert.rejects(http.json("POST", path, { body: { title: "twice" }, headers }), {
        status: 422,
        code: "idempotency_conflict",
      });
    });
  });
}
