// Conversations: made, found page by page, changed, deleted, and every tab told of it.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { allOf } from "#libs/client/index";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";

export function conversations(theApp: () => App): void {
  describe("a conversation", () => {
    let user: Account;

    before(async () => {
      user = await theApp().aUser();
    });

    it("is made, read, changed and deleted", async () => {
      const { conversations: routes } = user.workspace;
      const params = { temperature: 0.5 };
      const made = await routes.create({
        title: "Plans",
        model: "openai/gpt-4o-mini",
        systemPrompt: "Be brief.",
        params,
        tags: ["a"],
      });
      assert.equal(made.workspaceId, user.workspaceId);
      assert.deepEqual(await routes.get(made.id), made);
      assert.deepEqual(
        { title: made.title, model: made.model, systemPrompt: made.systemPrompt, params: made.params, tags: made.tags },
        { title: "Plans", model: "openai/gpt-4o-mini", systemPrompt: "Be brief.", params, tags: ["a"] },
      );
      assert.deepEqual([made.pinned, made.archived, made.activeLeafId, made.costUsd], [false, false, null, "0"]);
      const changed = await routes.update(made.id, { title: "Better plans", pinned: true, tags: ["b", "c"] });
      assert.deepEqual(
        [changed.title, changed.pinned, changed.tags, changed.systemPrompt],
        ["Better plans", true, ["b", "c"], "Be brief."],
      );
      assert.ok(changed.updatedAt >= made.updatedAt);
      const found = await routes.list({ title: "TTER pla" });
      assert.deepEqual(
        found.data.map(({ id }) => id),
        [made.id],
      );
      await routes.delete(made.id);
      await assert.rejects(routes.get(made.id), { status: 404, code: "not_found" });
      await assert.rejects(routes.delete(made.id), { status: 404 });
    });

    it("leaves the list when it is archived", async () => {
      const { id } = await user.aConversation({ title: "old" });
      await user.workspace.conversations.update(id, { archived: true });
      const shown = await user.workspace.conversations.list({ limit: 100 });
      const archived = await user.workspace.conversations.list({ limit: 100, archived: true });
      assert.equal(
        shown.data.some((row) => row.id === id),
        false,
      );
      assert.equal(
        archived.data.some((row) => row.id === id),
        true,
      );
    });

    it("stands on exactly one page, whatever is added meanwhile", async () => {
      const reader = await theApp().aUser();
      const made: string[] = [];
      for (let n = 0; n < 25; n += 1) made.push((await reader.aConversation({ title: `c${n}` })).id);
      const seen: string[] = [];
      for await (const { id } of allOf((query) => reader.workspace.conversations.list(query), 4)) {
        seen.push(id);
        if (seen.length % 3 === 0) await reader.aConversation({ title: "later" });
      }
      assert.equal(new Set(seen).size, seen.length, "no conversation twice");
      assert.deepEqual(
        made.filter((id) => !seen.includes(id)),
        [],
        "none left out",
      );
    });

    it("refuses a cursor that it did not make, and a limit out of range", async () => {
      const { conversations: routes } = user.workspace;
      await assert.rejects(routes.list({ cursor: "nonsense" }), { status: 400 });
      await assert.rejects(routes.list({ limit: 0 }), { status: 400 });
      await assert.rejects(routes.list({ limit: 1001 }), { status: 400 });
    });

    it("tells the other tabs when it is made, changed and deleted", async () => {
      const { socket, heard } = await user.listen(1);
      await socket.send("workspace:join", { workspaceId: user.workspaceId });
      const { id } = await user.aConversation({ title: "news" });
      await heard.event("conversation:created", ({ conversation }) => conversation.id === id);
      await user.workspace.conversations.update(id, { title: "olds" });
      const { conversation } = await heard.event("conversation:updated", (event) => event.conversation.id === id);
      assert.equal(conversation.title, "olds");
      await user.workspace.conversations.delete(id);
      await heard.event("conversation:deleted", (event) => event.conversation.id === id);
    });

    it("shows what is being typed in the other tabs of the same account alone", async () => {
      const { id } = await user.aConversation();
      const typing = await user.join(id, undefined, 0);
      const other = await user.join(id, undefined, 1);
      const draft = { workspaceId: user.workspaceId, conversationId: id, text: "Dear" };
      await typing.socket.send("draft:update", draft);
      const { text } = await other.heard.event("draft:updated", (event) => event.conversationId === id);
      assert.equal(text, "Dear");
      assert.deepEqual(typing.heard.all("draft:updated"), []);
    });
  });
}
