// Money: every provider call is one row, at exactly the amount that the provider billed.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { allOf, type Message, type ProviderCall } from "#libs/client/index";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { ask } from "./ask.js";
import { plainDecimal, sumOf } from "./decimal.js";

export function money(theApp: () => App): void {
  describe("the bill", () => {
    let user: Account;

    before(async () => {
      user = await theApp().aUser();
    });

    async function rowOf(message: Message): Promise<ProviderCall> {
      const rows: ProviderCall[] = [];
      for await (const row of allOf((query) => user.workspace.calls(query)))
        if (row.messageId === message.id) rows.push(row);
      assert.equal(rows.length, 1, "one row a call");
      return rows[0] as ProviderCall;
    }

    async function billed(message: Message): Promise<string> {
      const call = await theApp().simulator.call(message.generationId ?? "");
      assert.ok(call?.billed, `the simulator knows ${message.generationId}`);
      return plainDecimal(call.billed);
    }

    const scenarios = [
      "sim/tokens:37",
      "sim/tokens:11,as:anthropic/claude-haiku-4.5",
      "sim/tokens:9,prompt:3571,cached:1024,as:anthropic/claude-haiku-4.5",
      "sim/reasoning-tokens:13,tokens:7",
      "sim/tokens:5,search:1,fee:0.007",
      "sim/free,tokens:6",
      "sim/tokens:5,byok:fee",
      "sim/tokens:8,usage:empty",
      "sim/tokens:8,usage:twice",
      "sim/tool:1",
    ];
    for (const model of scenarios) {
      it(`is the journal's to the last digit: ${model}`, async () => {
        const asked = await ask(user, model);
        const { message } = await asked.heard.end(asked.assistantMessage.id);
        assert.equal(message.costState, "final");
        const expected = await billed(message);
        const row = await rowOf(message);
        assert.equal(message.costUsd, expected);
        assert.equal(row.costUsd, expected);
        assert.equal(row.generationId, message.generationId);
        assert.equal((await user.workspace.conversations.get(asked.conversation.id)).costUsd, expected);
      });
    }

    it("stands beside what the tokens cost by the price list", async () => {
      // 0.15 USD for 1 M prompt tokens, 0.6 for 1 M completion tokens, and a fee that no price list has.
      const model = "openai/gpt-4o-mini";
      const asked = await ask(user, model, { content: "[[sim: prompt:1000,tokens:50,fee:0.007]] Hi" });
      const { message } = await asked.heard.end(asked.assistantMessage.id);
      const row = await rowOf(message);
      assert.deepEqual([row.listPriceUsd, row.costUsd], ["0.00018", "0.00718"]);
      const { drift } = await user.workspace.analytics.reconciliation();
      const ofModel = drift.find((one) => one.model === row.servedModel);
      assert.deepEqual([ofModel?.listPriceUsd, ofModel?.driftUsd], ["0.00018", "0.007"]);
      // Without a price in the catalog nothing is guessed.
      const free = await ask(user, "sim/tokens:5");
      assert.equal((await rowOf((await free.heard.end(free.assistantMessage.id)).message)).listPriceUsd, null);
    });

    it("of a stopped answer is settled from the generation record", async () => {
      const asked = await ask(user, "sim/tokens:3000,rate:80,provider:OpenAI");
      await asked.heard.deltasOf(asked.assistantMessage.id, 4);
      await user.workspace.messages.stop(asked.assistantMessage.id);
      const { message } = await asked.heard.end(asked.assistantMessage.id);
      assert.deepEqual([message.status, message.costState], ["stopped", "unsettled"]);
      const settled = await asked.heard.event("message:settled", ({ messageId }) => messageId === message.id);
      const expected = await billed(message);
      assert.deepEqual([settled.costUsd, settled.costState], [expected, "reconciled"]);
      assert.notEqual(expected, "0");
      const row = await user.workspace.messages.get(message.id);
      assert.deepEqual([row.costUsd, row.costState, row.content], [expected, "reconciled", message.content]);
      assert.equal((await rowOf(message)).costUsd, expected);
    });

    it("of a provider that bills the whole answer after a stop is the whole answer's", async () => {
      const asked = await ask(user, "sim/tokens:400,rate:80,cancel:no");
      await asked.heard.deltasOf(asked.assistantMessage.id, 4);
      await user.workspace.messages.stop(asked.assistantMessage.id);
      const { message } = await asked.heard.end(asked.assistantMessage.id);
      const settled = await asked.heard.event("message:settled", ({ messageId }) => messageId === message.id);
      assert.equal(settled.costUsd, await billed(message));
    });

    for (const model of [
      "sim/tokens:30,rate:300,reset,after:9",
      "sim/tokens:12,usage:missing",
      "sim/tokens:12,no-cost",
    ]) {
      it(`is found out when the end was not seen, or told no cost: ${model}`, async () => {
        const asked = await ask(user, model);
        const { message } = await asked.heard.end(asked.assistantMessage.id);
        assert.equal(message.costState, "unsettled");
        const settled = await asked.heard.event("message:settled", ({ messageId }) => messageId === message.id);
        assert.deepEqual([settled.costUsd, settled.costState], [await billed(message), "reconciled"]);
      });
    }

    it("adds up exactly", async () => {
      const someone = await theApp().aUser();
      const { id } = await someone.aConversation();
      const conversation = await someone.workspace.conversations.get(id);
      for (const tokens of [3, 17, 29]) {
        const asked = await ask(someone, `sim/tokens:${tokens},as:anthropic/claude-haiku-4.5`, { conversation });
        await asked.heard.end(asked.assistantMessage.id);
      }
      const rows: string[] = [];
      for await (const row of allOf((query) => someone.workspace.calls(query), 2)) rows.push(row.costUsd ?? "unknown");
      assert.equal(rows.length, 3);
      assert.equal((await someone.workspace.conversations.get(id)).costUsd, sumOf(rows));
    });
  });
}
