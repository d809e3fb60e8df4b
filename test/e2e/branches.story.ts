// Stop, try again, go on, ask differently: each makes a sibling, and what has ended never changes.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { eventually } from "../app/patience.js";
import { type Asked, ask, textOf } from "./ask.js";

export function branches(theApp: () => App): void {
  describe("a branch", () => {
    let user: Account;

    before(async () => {
      user = await theApp().aUser();
    });

    async function stopped(model = "sim/tokens:2000,rate:60"): Promise<Asked> {
      const asked = await ask(user, model);
      const { id } = asked.assistantMessage;
      await asked.heard.deltasOf(id, 3);
      const { workspaceId } = user;
      await asked.socket.send("message:stop", { workspaceId, messageId: id });
      await asked.heard.end(id);
      return asked;
    }

    it("stops at once, keeps its text, and ends the provider's work", async () => {
      const asked = await stopped();
      const { event, message } = await asked.heard.end(asked.assistantMessage.id);
      assert.equal(event, "message:stopped");
      const deltas = asked.heard.deltas(message.id);
      assert.equal(message.content, textOf(deltas));
      assert.ok(message.content.length > 0);
      // The provider sees the end of its connection a moment later.
      await eventually(async () => {
        const [call] = await theApp().simulator.calls(asked.userMessage.content);
        return call?.outcome === "aborted" && call.tokensSent < 500;
      }, "the provider's work to end");
    });

    it("stops over REST through the other API process, before anything came", async () => {
      const asked = await ask(user, "sim/hang");
      await user.workspace.messages.stop(asked.assistantMessage.id);
      const { message } = await asked.heard.end(asked.assistantMessage.id);
      assert.deepEqual([message.status, message.content], ["stopped", ""]);
    });

    it("answers a stop of what has ended with its state, and changes nothing", async () => {
      const asked = await ask(user, "sim/tokens:3");
      const { message } = await asked.heard.end(asked.assistantMessage.id);
      await user.workspace.messages
        .stop(message.id)
        .catch((error: { status: number }) => assert.equal(error.status, 409));
      assert.deepEqual(await user.workspace.messages.get(message.id), message);
    });

    it("regenerates beside the first answer, with another model too", async () => {
      const asked = await ask(user, "sim/tokens:5");
      const first = await asked.heard.end(asked.assistantMessage.id);
      const { workspaceId } = user;
      const again = await asked.socket.send("message:regenerate", {
        workspaceId,
        messageId: first.message.id,
        model: "sim/tokens:7",
      });
      assert.notEqual(again.id, first.message.id);
      assert.deepEqual([again.parentId, again.model], [first.message.parentId, "sim/tokens:7"]);
      const second = await asked.heard.end(again.id);
      assert.equal(second.message.usage?.completionTokens, 7);
      assert.deepEqual(await user.workspace.messages.get(first.message.id), first.message);
      assert.equal((await user.workspace.conversations.get(asked.conversation.id)).activeLeafId, again.id);
    });

    it("continues beside a stopped answer, beginning with its text", async () => {
      const asked = await stopped();
      const kept = (await asked.heard.end(asked.assistantMessage.id)).message;
      const more = await user.workspace.messages.continue(kept.id);
      assert.deepEqual([more.parentId, more.role], [kept.parentId, "assistant"]);
      await asked.heard.deltasOf(more.id, 3);
      await user.workspace.messages.stop(more.id);
      const { message } = await asked.heard.end(more.id);
      assert.ok(message.content.startsWith(kept.content));
      assert.ok(message.content.length > kept.content.length);
      assert.equal(textOf(asked.heard.deltas(more.id)), message.content);
      assert.deepEqual((await user.workspace.messages.get(kept.id)).content, kept.content);
    });

    it("edits a question into a new branch, and can go back to the old one", async () => {
      const asked = await ask(user, "sim/tokens:3");
      const old = await asked.heard.end(asked.assistantMessage.id);
      const { workspaceId } = user;
      const content = `${asked.userMessage.content}, differently`;
      const edited = await asked.socket.send("message:edit", { workspaceId, messageId: asked.userMessage.id, content });
      assert.deepEqual(
        [edited.userMessage.content, edited.userMessage.parentId],
        [content, asked.userMessage.parentId],
      );
      assert.equal(edited.assistantMessage.parentId, edited.userMessage.id);
      await asked.heard.end(edited.assistantMessage.id);
      const { conversations } = user.workspace;
      const tree = await conversations.messages(asked.conversation.id);
      assert.equal(tree.data.length, 4);
      const active = await conversations.messages(asked.conversation.id, { branch: "active" });
      assert.deepEqual(
        active.data.map(({ id }) => id),
        [edited.userMessage.id, edited.assistantMessage.id],
      );
      await conversations.update(asked.conversation.id, { activeLeafId: old.message.id });
      const back = await conversations.messages(asked.conversation.id, { branch: "active" });
      assert.deepEqual(
        back.data.map(({ id }) => id),
        [asked.userMessage.id, old.message.id],
      );
    });

    it("keeps what was seen when the provider breaks off, and continues it with one call", async () => {
      for (const fault of ["reset", "close", "end", "stream-error:int", "half"]) {
        const asked = await ask(user, `sim/tokens:40,rate:200,${fault},after:10`);
        const { event, message } = await asked.heard.end(asked.assistantMessage.id);
        assert.equal(event, "message:interrupted", fault);
        assert.match(message.content, /^t0 t1 /);
        assert.equal(textOf(asked.heard.deltas(message.id)), message.content);
        assert.ok(message.error?.code);
      }
    });

    it("tries again by itself when the provider fails before any output, else says why", async () => {
      const flaky = await ask(user, "sim/tokens:5,flaky:1,error:503");
      const good = await flaky.heard.end(flaky.assistantMessage.id);
      assert.equal(good.event, "message:completed");
      const refused = await ask(user, "sim/402-credits");
      const bad = await refused.heard.end(refused.assistantMessage.id);
      assert.equal(bad.event, "message:failed");
      assert.equal(bad.message.content, "");
      assert.ok(bad.message.error?.code && bad.message.error.message);
      const again = await user.workspace.messages.regenerate(bad.message.id, { model: "sim/tokens:4" });
      assert.equal((await refused.heard.end(again.id)).event, "message:completed");
    });
  });
}
