// A page that is reloaded, or a connection that breaks, in the middle of a stream: nothing is lost, nothing comes twice.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type ConversationSession, isTerminal, type MessageDelta } from "#libs/client/index";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { until } from "../app/patience.js";
import { type Asked, ask, textOf } from "./ask.js";

export function resuming(theApp: () => App): void {
  describe("a join with resume", () => {
    let user: Account;
    let asked: Asked;

    before(async () => {
      user = await theApp().aUser();
      asked = await ask(user, "sim/tokens:60,rate:40");
    });

    /** Joins anew with `after` as the last seq seen, and gives the deltas that follow, up to the end. */
    async function resumed(after: number, api: number): Promise<MessageDelta[]> {
      const { id } = asked.assistantMessage;
      const { socket, heard } = await user.join(asked.conversation.id, { [id]: after }, api);
      await heard.end(id);
      socket.close();
      return heard.deltas(id);
    }

    it("gives exactly the original deltas after each seq, while it streams, on any API process", async () => {
      const { id } = asked.assistantMessage;
      await asked.heard.deltasOf(id, 5);
      const joined = await Promise.all(
        [0, 1, 2, 3, 4, 5].flatMap((after) => [0, 1].map(async (api) => ({ after, got: await resumed(after, api) }))),
      );
      await asked.heard.end(id);
      const original = asked.heard.deltas(id);
      for (const { after, got } of joined) assert.deepEqual(got, original.slice(after), `after ${after}`);
    });

    it("gives them after the end as well, from each seq", async () => {
      const { id } = asked.assistantMessage;
      await asked.heard.end(id);
      const original = asked.heard.deltas(id);
      for (let after = 0; after <= original.length; after += 1) {
        assert.deepEqual(await resumed(after, after % 2), original.slice(after), `after ${after}`);
      }
    });
  });

  describe("a conversation that is open in a browser", () => {
    let user: Account;

    before(async () => {
      user = await theApp().aUser();
    });

    async function done(session: ConversationSession, messageId: string): Promise<string> {
      const view = () => session.message(messageId)?.getSnapshot();
      await until(session, () => isTerminal(view()?.message.status ?? "pending"), `the end of ${messageId}`);
      return view()?.text ?? "";
    }

    it("goes on after its connection broke again and again, and after a reload in mid-stream", async () => {
      const { id } = await user.aConversation({ model: "sim/tokens:120,rate:60" });
      const tab = user.open(id);
      const { assistantMessage } = await tab.session.send("count");
      const texts: string[] = [];
      const store = tab.session.message(assistantMessage.id);
      assert.ok(store);
      let drops = 0;
      store.subscribe(() => {
        texts.push(store.getSnapshot().text);
        if (drops < 4 && texts.length % 8 === 0) {
          drops += 1;
          tab.socket.drop();
        }
      });
      await until(store, () => store.getSnapshot().seq >= 10, "the tenth delta");
      const early = store.getSnapshot().text;
      const reloaded = user.open(id, 1);
      const [text, again] = await Promise.all([
        done(tab.session, assistantMessage.id),
        done(reloaded.session, assistantMessage.id),
      ]);
      const row = await user.workspace.messages.get(assistantMessage.id);
      assert.equal(row.status, "completed");
      assert.equal(text, row.content);
      assert.equal(again, row.content);
      assert.ok(drops > 0);
      assert.ok(row.content.startsWith(early));
      for (const seen of texts) assert.ok(row.content.startsWith(seen), "what was seen is a prefix of the answer");
    });

    it("shows text from the row first when it is opened in mid-stream, then the rest", async () => {
      const asked = await ask(user, "sim/tokens:50,rate:40");
      const { id } = asked.assistantMessage;
      const seen = await asked.heard.deltasOf(id, 6);
      const { socket, heard } = await user.listen(1);
      const { workspaceId } = user;
      const joined = await socket.send("conversation:join", { workspaceId, conversationId: asked.conversation.id });
      const position = joined.streams.find(({ messageId }) => messageId === id);
      assert.ok(position && position.seq >= seen.length);
      const row = joined.messages.find((message) => message.id === id);
      const { message } = await heard.end(id);
      // Deltas before the position may come again; each consumer drops them by their seq.
      const deltas = heard.deltas(id).filter(({ seq }) => seq > position.seq);
      assert.equal(deltas[0]?.seq, position.seq + 1);
      assert.equal(`${row?.content}${textOf(deltas)}`, message.content);
    });
  });
}
