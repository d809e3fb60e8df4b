// Thumbs up or down: one opinion of each member and answer, changed and taken back, nobody else's business.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { ParleyError } from "#libs/client/index";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { type Asked, ask } from "./ask.js";

const refusedWith = (status: number, code: string) => (error: unknown) =>
  error instanceof ParleyError && error.status === status && error.code === code;

export function feedback(theApp: () => App): void {
  describe("feedback", () => {
    let user: Account;
    let asked: Asked;
    let answerId: string;

    before(async () => {
      user = await theApp().aUser();
      asked = await ask(user, "sim/tokens:3");
      answerId = (await asked.heard.end(asked.assistantMessage.id)).message.id;
    });

    it("is given, changed and taken back, and the message stays as it was", async () => {
      const { messages } = user.workspace;
      const before = await messages.get(answerId);
      const first = await messages.rate(answerId, { rating: "down", comment: "  It forgot the table.  " });
      assert.deepEqual([first.messageId, first.rating, first.comment], [answerId, "down", "It forgot the table."]);
      const second = await messages.rate(answerId, { rating: "up" });
      assert.deepEqual([second.rating, second.comment, second.createdAt], ["up", null, first.createdAt]);
      assert.deepEqual((await messages.ratings(asked.conversation.id)).data, [second]);
      assert.deepEqual(await messages.get(answerId), before);
      await messages.unrate(answerId);
      await messages.unrate(answerId);
      assert.deepEqual((await messages.ratings(asked.conversation.id)).data, []);
    });

    it("is each member's own, and nobody's from outside", async () => {
      const [member, viewer, stranger] = await Promise.all(
        ["Member", "Viewer", "Stranger"].map((n) => theApp().aUser(n)),
      );
      for (const [person, role] of [
        [member!, "member"],
        [viewer!, "viewer"],
      ] as const) {
        const { token } = await user.workspace.invites.create({ role });
        await person.client.workspaces.accept({ token });
      }
      const [theirs, looking, foreign] = [member!, viewer!, stranger!].map(
        ({ client }) => client.workspace(user.workspaceId).messages,
      );
      await user.workspace.messages.rate(answerId, { rating: "up" });
      await theirs!.rate(answerId, { rating: "down" });
      assert.deepEqual(
        (await theirs!.ratings(asked.conversation.id)).data.map(({ rating }) => rating),
        ["down"],
      );
      assert.deepEqual(
        (await user.workspace.messages.ratings(asked.conversation.id)).data.map(({ rating }) => rating),
        ["up"],
      );
      await assert.rejects(looking!.rate(answerId, { rating: "up" }), refusedWith(403, "forbidden"));
      assert.deepEqual((await looking!.ratings(asked.conversation.id)).data, []);
      await assert.rejects(foreign!.rate(answerId, { rating: "up" }), refusedWith(404, "not_found"));
      await assert.rejects(
        stranger!.workspace.messages.rate(answerId, { rating: "up" }),
        refusedWith(404, "not_found"),
      );
      await assert.rejects(stranger!.workspace.messages.unrate(answerId), refusedWith(404, "not_found"));
      await assert.rejects(stranger!.workspace.messages.ratings(asked.conversation.id), refusedWith(404, "not_found"));
    });

    it("is for answers that have ended only", async () => {
      const { messages } = user.workspace;
      await assert.rejects(messages.rate(asked.userMessage.id, { rating: "up" }), refusedWith(409, "wrong_message"));
      const waiting = await ask(user, "sim/hang");
      const { id } = waiting.assistantMessage;
      await assert.rejects(messages.rate(id, { rating: "up" }), refusedWith(409, "wrong_message"));
      await messages.stop(id);
      await waiting.heard.end(id);
      assert.equal((await messages.rate(id, { rating: "down" })).rating, "down");
    });

    it("names what is wrong with it", async () => {
      const { messages } = user.workspace;
      const wrong = { rating: "sideways", comment: "x".repeat(2_001), stars: 5 } as never;
      await assert.rejects(messages.rate(answerId, wrong), (error: unknown) => {
        assert.ok(error instanceof ParleyError);
        assert.equal(error.status, 400);
        assert.deepEqual(error.errors?.map(({ path }) => path).toSorted(), ["comment", "rating", "stars"]);
        return true;
      });
    });

    it("goes with its conversation", async () => {
      const gone = await ask(user, "sim/tokens:2");
      const { message } = await gone.heard.end(gone.assistantMessage.id);
      await user.workspace.messages.rate(message.id, { rating: "up", comment: "Good." });
      await user.workspace.conversations.delete(gone.conversation.id);
      await assert.rejects(user.workspace.messages.ratings(gone.conversation.id), refusedWith(404, "not_found"));
    });
  });
}
