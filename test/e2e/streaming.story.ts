// A message goes in, an answer streams out: over Socket.IO, over SSE, and for programs that only ask.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { DeltaStream, isTerminal, type Message, type MessageDelta, type StreamEvent } from "#libs/client/index";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { ask, textOf, uniqueText, upTo } from "./ask.js";

const NUMBERED = /^t0 t1 t2 /;

export function streaming(theApp: () => App): void {
  describe("an answer", () => {
    let user: Account;

    before(async () => {
      user = await theApp().aUser();
    });

    it("streams over Socket.IO: created, deltas without a gap, one end, and the row says the same", async () => {
      const { heard, userMessage, assistantMessage, conversation } = await ask(user, "sim/tokens:40,rate:400");
      assert.deepEqual([userMessage.role, userMessage.status, userMessage.parentId], ["user", "completed", null]);
      assert.deepEqual([assistantMessage.role, assistantMessage.parentId], ["assistant", userMessage.id]);
      const { event, message } = await heard.end(assistantMessage.id);
      assert.equal(event, "message:completed");
      const deltas = heard.deltas(assistantMessage.id);
      assert.deepEqual(
        deltas.map(({ seq }) => seq),
        upTo(deltas.length),
      );
      assert.equal(textOf(deltas), message.content);
      assert.match(message.content, NUMBERED);
      assert.ok(deltas.length > 1, "came in pieces");
      const created = heard.all("message:created").map((told) => told.message.id);
      assert.deepEqual(created, [userMessage.id, assistantMessage.id]);
      const row = await user.workspace.messages.get(assistantMessage.id);
      assert.deepEqual(row, message);
      assert.deepEqual([row.status, row.finishReason, row.costState], ["completed", "stop", "final"]);
      assert.equal(row.usage?.completionTokens, 40);
      assert.ok(row.firstTokenMs !== null && row.latencyMs && row.latencyMs >= (row.firstTokenMs ?? 0));
      assert.equal((await user.workspace.conversations.get(conversation.id)).activeLeafId, assistantMessage.id);
    });

    it("is the same for every tab, on whichever API process", async () => {
      const conversation = await user.aConversation({ model: "sim/tokens:60,rate:200" });
      const tabs = await Promise.all([
        user.join(conversation.id, undefined, 0),
        user.join(conversation.id, undefined, 1),
      ]);
      const sender = await ask(user, "sim/tokens:60,rate:200", { conversation });
      const { id } = sender.assistantMessage;
      const heard = [...tabs.map((tab) => tab.heard), sender.heard];
      await Promise.all(heard.map((one) => one.end(id)));
      const [first, ...others] = heard.map((one) => one.deltas(id));
      for (const other of others) assert.deepEqual(other, first);
      for (const one of heard) assert.equal(one.ends(id).length, 1);
    });

    it("streams over SSE on the same call that sends", async () => {
      const { id } = await user.aConversation({ model: "sim/tokens:30,rate:300" });
      const body = { clientMessageId: crypto.randomUUID(), content: uniqueText() };
      const events: StreamEvent[] = [];
      for await (const event of user.workspace.messages.stream(id, body)) events.push(event);
      const deltas = events.flatMap((event) => (event.event === "message:delta" ? [event] : []));
      assert.deepEqual(
        deltas.map(({ data }) => data.seq),
        upTo(deltas.length),
      );
      assert.deepEqual(
        deltas.map(({ seq }) => seq),
        upTo(deltas.length),
        "the SSE id is the seq",
      );
      const last = events.at(-1);
      assert.equal(last?.event, "message:completed");
      const { message } = (last as { data: { message: Message } }).data;
      assert.equal(textOf(deltas.map(({ data }) => data)), message.content);
    });

    it("can be followed over SSE from any seq, also after its end", async () => {
      const { assistantMessage, heard } = await ask(user, "sim/tokens:30,rate:300");
      const { id } = assistantMessage;
      const live: MessageDelta[] = [];
      for await (const event of user.workspace.messages.follow(id))
        if (event.event === "message:delta") live.push(event.data);
      await heard.end(id);
      assert.deepEqual(live, heard.deltas(id));
      for (const after of [0, 1, live.length - 1, live.length]) {
        const rest: MessageDelta[] = [];
        for await (const event of user.workspace.messages.follow(id, after))
          if (event.event === "message:delta") rest.push(event.data);
        assert.deepEqual(rest, live.slice(after));
      }
    });

    it("comes to those who only send and ask again", async () => {
      const conversation = await user.aConversation({ model: "sim/tokens:20" });
      const body = { clientMessageId: crypto.randomUUID(), content: uniqueText() };
      const { assistantMessage } = await user.workspace.messages.send(conversation.id, body);
      let message = assistantMessage;
      while (!isTerminal(message.status)) {
        await sleep(20);
        message = await user.workspace.messages.get(assistantMessage.id);
      }
      assert.equal(message.status, "completed");
      assert.match(message.content, NUMBERED);
      const { data } = await user.workspace.conversations.messages(conversation.id);
      assert.deepEqual(
        data.map(({ role, status }) => [role, status]),
        [
          ["user", "completed"],
          ["assistant", "completed"],
        ],
      );
    });

    it("keeps every character, however the provider's bytes were cut", async () => {
      for (const bytes of ["cut", "one", "many", "crlf", "comments+multiline"]) {
        const { heard, assistantMessage } = await ask(user, `sim/unicode,bytes:${bytes}`);
        const { message } = await heard.end(assistantMessage.id);
        const plain = await fetch(`${theApp().simulator.apiUrl}/chat/completions`, {
          method: "POST",
          headers: { authorization: "Bearer sk-or-v1-reader-of-tests", "content-type": "application/json" },
          body: JSON.stringify({ model: "sim/unicode", messages: [{ role: "user", content: "x" }] }),
        });
        const { choices } = (await plain.json()) as { choices: { message: { content: string } }[] };
        assert.equal(message.content, choices[0]?.message.content, bytes);
        assert.equal(textOf(heard.deltas(assistantMessage.id)), message.content);
      }
    });

    it("brings reasoning and tool calls, apart from the text", async () => {
      const { heard, assistantMessage } = await ask(user, "sim/reasoning-tokens:5,tokens:5");
      const { message } = await heard.end(assistantMessage.id);
      assert.match(message.reasoning ?? "", /r0 r1 r2/);
      assert.doesNotMatch(message.content, /r0/);
      const deltas = heard.deltas(assistantMessage.id);
      assert.equal(deltas.map(({ reasoning }) => reasoning ?? "").join(""), message.reasoning);
      const tools = await ask(user, "sim/tool:2");
      const end = await tools.heard.end(tools.assistantMessage.id);
      assert.equal(end.message.toolCalls?.length, 2);
      for (const call of end.message.toolCalls ?? []) assert.doesNotThrow(() => JSON.parse(call.function.arguments));
      const assembled = new DeltaStream();
      for (const delta of tools.heard.deltas(tools.assistantMessage.id)) assembled.apply(delta);
      assert.deepEqual(
        assembled.toolCalls.map(({ id, function: called }) => ({ id, function: called })),
        end.message.toolCalls?.map(({ id, function: called }) => ({ id, function: called })),
      );
    });

    it("gets the whole branch as its context, the system prompt first", async () => {
      const first = await ask(user, "sim/plain", { input: { systemPrompt: "You are a lamp." } });
      await first.heard.end(first.assistantMessage.id);
      const content = uniqueText();
      const second = await ask(user, "sim/plain", { conversation: first.conversation, content });
      await second.heard.end(second.assistantMessage.id);
      const [call] = await theApp().simulator.calls(content);
      const { messages } = JSON.parse(call?.body ?? "{}") as { messages: { role: string }[] };
      assert.deepEqual(
        messages.map(({ role }) => role),
        ["system", "user", "assistant", "user"],
      );
    });
  });
}
