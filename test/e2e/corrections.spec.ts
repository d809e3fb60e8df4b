// The provider changes its mind about calls that were settled long ago: each is asked about once more, and all sums follow.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { allOf, type Message, type ProviderCall } from "#libs/client/index";
import { addUsd, timesUsd } from "#libs/money/index";
import type { Account } from "../app/account.js";
import { App } from "../app/app.js";
import type { DatabaseKind } from "../app/database.js";
import { eventually } from "../app/patience.js";
import { ask } from "./ask.js";

/** 3 s: a call is to be over and settled by then. */
const AFTER_HOURS = "0.00084";

for (const database of ["sqlite", "postgres"] satisfies DatabaseKind[]) {
  describe(`late corrections on ${database}`, () => {
    let app: App;
    before(async () => {
      app = await App.start({ database, env: { REGISTRATION: "open", COST_RECHECK_HOURS: AFTER_HOURS } });
    });
    after(() => app?.stop());

    async function rowsOf(user: Account): Promise<ProviderCall[]> {
      const rows: ProviderCall[] = [];
      for await (const row of allOf((query) => user.workspace.calls(query))) rows.push(row);
      return rows;
    }

    /** What everybody is told of one workspace's only call. */
    async function shownTo(user: Account, message: Message, conversationId: string) {
      const { analytics, budgets } = user.workspace;
      const usage = async (groupBy: "day" | "model" | "member") =>
        (await analytics.usage({ groupBy })).data[0]?.costUsd;
      const summary = await analytics.summary();
      const { states, corrected } = await analytics.reconciliation();
      return {
        costs: [
          (await rowsOf(user))[0]?.costUsd,
          ...[await usage("day"), await usage("model"), await usage("member")],
          ...[(await analytics.usage()).total.costUsd, summary.today.costUsd, summary.thisMonth.costUsd],
          ...[states[0]?.costUsd, (await budgets.list()).data[0]?.spentUsd],
          (await user.workspace.messages.get(message.id)).costUsd,
          (await user.workspace.conversations.get(conversationId)).costUsd,
        ],
        corrected,
      };
    }

    it("of a settled call are rows beside it, and in every sum once", async () => {
      const user = await app.aUser();
      await user.workspace.budgets.put([{ scope: "workspace", period: "month", softUsd: "50" }]);
      const asked = await ask(user, "sim/tokens:40");
      const { message } = await asked.heard.end(asked.assistantMessage.id);
      const first = message.costUsd ?? "";
      const before = await shownTo(user, message, asked.conversation.id);
      assert.deepEqual([new Set(before.costs), before.corrected.calls], [new Set([first]), 0]);

      const after = addUsd(first, "0.0123456789");
      await app.simulator.amend(message.generationId ?? "", after);
      const settled = await asked.heard.event("message:settled", ({ messageId }) => messageId === message.id);
      assert.deepEqual([settled.costUsd, settled.costState], [after, "final"]);
      const now = await shownTo(user, message, asked.conversation.id);
      assert.deepEqual(new Set(now.costs), new Set([after]));
      assert.deepEqual(now.corrected, { calls: 1, deltaUsd: "0.0123456789" });

      const rows = await rowsOf(user);
      assert.equal(rows.length, 1);
      const [{ costUsd, costState, corrections } = {} as ProviderCall] = rows;
      assert.deepEqual([costUsd, costState], [after, "final"]);
      assert.deepEqual(
        corrections.map((one) => [one.costBeforeUsd, one.costUsd, one.deltaUsd, one.source]),
        [[first, after, "0.0123456789", "generation_record"]],
      );
      const file = await fetch(app.baseUrl + user.workspace.analytics.exportPath(), {
        headers: { cookie: user.jar.header() ?? "" },
      });
      const [head = "", line = ""] = (await file.text()).split("\r\n");
      const cell = (name: string) => line.split(",")[head.split(",").indexOf(name)];
      assert.deepEqual([cell("costUsd"), cell("corrections")], [after, "1"]);
    });

    it("of a call that was settled by its record, and becomes cheaper, too", async () => {
      const user = await app.aUser();
      const asked = await ask(user, "sim/tokens:12,no-cost,generation:0,as:anthropic/claude-haiku-4.5");
      const { message } = await asked.heard.end(asked.assistantMessage.id);
      const first = await asked.heard.event("message:settled", ({ messageId }) => messageId === message.id);
      await app.simulator.amend(message.generationId ?? "", "0.000001");
      const second = await asked.heard.event(
        "message:settled",
        ({ messageId, costUsd }) => messageId === message.id && costUsd === "0.000001",
      );
      assert.deepEqual([second.costUsd, second.costState], ["0.000001", "reconciled"]);
      const { corrected, states } = await user.workspace.analytics.reconciliation();
      assert.equal(states[0]?.costUsd, "0.000001");
      assert.equal(corrected.deltaUsd, addUsd("0.000001", timesUsd(first.costUsd ?? "", "-1")));
    });

    it("are none where the provider stays with what it said", async () => {
      const user = await app.aUser();
      const asks = async () =>
        (await app.simulator.journal()).filter(({ path }) => path.endsWith("/generation")).length;
      const before = await asks();
      const asked = await ask(user, "sim/tokens:5");
      const { message } = await asked.heard.end(asked.assistantMessage.id);
      await eventually(async () => (await asks()) > before, "the question");
      const [row] = await rowsOf(user);
      assert.deepEqual([row?.costUsd, row?.corrections], [message.costUsd, []]);
    });
  });
}
