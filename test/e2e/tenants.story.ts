// Workspaces keep to themselves: what belongs to another one does not exist, in the same words as what never existed.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { ParleyError } from "#libs/client/index";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { type Asked, ask } from "./ask.js";

const NEVER_EXISTED = "0190f5fe-7c00-7a00-8000-00000000dead";

export function tenants(theApp: () => App): void {
  describe("another workspace", () => {
    let ann: Account;
    let bob: Account;
    let secret: Asked;

    before(async () => {
      ann = await theApp().aUser("Ann");
      bob = await theApp().aUser("Bob");
      secret = await ask(ann, "sim/tokens:3");
      await secret.heard.end(secret.assistantMessage.id);
    });

    /** Each way to reach something by its ids: workspace, conversation, message. */
    const ways: [
      name: string,
      go: (as: Account, workspaceId: string, conversationId: string, messageId: string) => Promise<unknown>,
    ][] = [
      ["read the workspace", (as, ws) => as.client.workspace(ws).get()],
      ["rename the workspace", (as, ws) => as.client.workspace(ws).update({ name: "mine" })],
      ["list members", (as, ws) => as.client.workspace(ws).members.list()],
      ["list conversations", (as, ws) => as.client.workspace(ws).conversations.list()],
      ["create a conversation", (as, ws) => as.client.workspace(ws).conversations.create({})],
      ["read a conversation", (as, ws, id) => as.client.workspace(ws).conversations.get(id)],
      ["change a conversation", (as, ws, id) => as.client.workspace(ws).conversations.update(id, { title: "mine" })],
      ["delete a conversation", (as, ws, id) => as.client.workspace(ws).conversations.delete(id)],
      ["list messages", (as, ws, id) => as.client.workspace(ws).conversations.messages(id)],
      ["send", (as, ws, id) => as.client.workspace(ws).messages.send(id, { clientMessageId: "x", content: "x" })],
      ["read a message", (as, ws, _id, message) => as.client.workspace(ws).messages.get(message)],
      ["stop", (as, ws, _id, message) => as.client.workspace(ws).messages.stop(message)],
      ["regenerate", (as, ws, _id, message) => as.client.workspace(ws).messages.regenerate(message)],
      ["continue", (as, ws, _id, message) => as.client.workspace(ws).messages.continue(message)],
      ["edit", (as, ws, _id, message) => as.client.workspace(ws).messages.edit(message, { content: "x" })],
      ["follow a stream", async (as, ws, _id, message) => as.client.workspace(ws).messages.follow(message).next()],
      ["list provider keys", (as, ws) => as.client.workspace(ws).providerKeys.list()],
      ["read the bills", (as, ws) => as.client.workspace(ws).calls()],
    ];

    /** The parts of an answer that must not tell the two cases apart. */
    async function answerTo(call: Promise<unknown>): Promise<unknown> {
      const error = (await call.then(
        () => assert.fail("was allowed"),
        (thrown: unknown) => thrown,
      )) as ParleyError;
      const { status, code, message } = error;
      return { status, code, message, type: error.problem?.type, title: error.problem?.title };
    }

    for (const [name, go] of ways) {
      it(`does not exist for those outside: ${name}`, async () => {
        const { id } = secret.conversation;
        const message = secret.assistantMessage.id;
        const theirs = await answerTo(go(bob, ann.workspaceId, id, message));
        const nobodys = await answerTo(go(bob, NEVER_EXISTED, NEVER_EXISTED, NEVER_EXISTED));
        assert.equal((theirs as { status: number }).status, 404);
        assert.deepEqual(theirs, nobodys);
      });
    }

    for (const [name, go] of ways.slice(5, 16)) {
      it(`cannot be reached through one's own: ${name}`, async () => {
        const { id } = secret.conversation;
        const theirs = await answerTo(go(bob, bob.workspaceId, id, secret.assistantMessage.id));
        const nobodys = await answerTo(go(bob, bob.workspaceId, NEVER_EXISTED, NEVER_EXISTED));
        assert.equal((theirs as { status: number }).status, 404);
        assert.deepEqual(theirs, nobodys);
      });
    }

    it("is silent on sockets", async () => {
      const { socket, heard } = await bob.listen();
      const [workspaceId, conversationId, messageId] = [
        ann.workspaceId,
        secret.conversation.id,
        secret.assistantMessage.id,
      ];
      const notFound = { code: "not_found" };
      await assert.rejects(socket.send("conversation:join", { workspaceId, conversationId }), notFound);
      await assert.rejects(
        socket.send("conversation:join", { workspaceId: bob.workspaceId, conversationId }),
        notFound,
      );
      await assert.rejects(socket.send("workspace:join", { workspaceId }), notFound);
      await assert.rejects(socket.send("message:stop", { workspaceId: bob.workspaceId, messageId }), notFound);
      const again = await ask(ann, "sim/tokens:3", { conversation: secret.conversation });
      await again.heard.end(again.assistantMessage.id);
      await ann.workspace.conversations.update(conversationId, { title: "still private" });
      await again.heard.event("conversation:updated", ({ conversation }) => conversation.title === "still private");
      // Bob's own event comes after anything that might have leaked before it.
      await socket.send("workspace:join", { workspaceId: bob.workspaceId });
      const own = await bob.aConversation({ title: "own" });
      await heard.event("conversation:created", ({ conversation }) => conversation.id === own.id);
      assert.deepEqual(
        heard.heard.filter((event) => JSON.stringify(event).includes(conversationId)),
        [],
      );
    });

    it("is not touched by all that", async () => {
      const conversation = await ann.workspace.conversations.get(secret.conversation.id);
      assert.equal(conversation.title, "still private");
      assert.equal((await ann.workspace.conversations.list()).data.length, 1);
    });
  });
}
