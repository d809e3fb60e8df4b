// Setting budgets: what is refused with a reason, and what others have set meanwhile.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ParleyError } from "#libs/client/index";
import type { App } from "../app/app.js";
import { ask, uniqueText } from "./ask.js";

const MODEL = "openai/gpt-4o-mini";

const refusedWith = (status: number, code: string) => (error: unknown) =>
  error instanceof ParleyError && error.status === status && error.code === code;

export function settingBudgets(theApp: () => App): void {
  describe("a budget that is set", () => {
    it("names everything that is wrong with it", async () => {
      const user = await theApp().aUser();
      const { workspaceId } = user;
      const wrong = [
        { scope: "workspace", period: "month" },
        { scope: "workspace", period: "month", softUsd: "2", hardUsd: "1" },
        { scope: "member", subjectId: workspaceId, period: "day", hardUsd: "1" },
        { scope: "workspace", period: "day", hardUsd: "1000001" },
      ] as const;
      await assert.rejects(user.workspace.budgets.put([...wrong]), (error: unknown) => {
        assert.ok(error instanceof ParleyError);
        assert.equal(error.status, 422);
        assert.deepEqual(
          error.errors?.map(({ path }) => path),
          ["budgets[0]", "budgets[1]", "budgets[1].softUsd", "budgets[2].subjectId", "budgets[3].hardUsd"],
        );
        return true;
      });
    });

    it("is not set to an amount that would be rounded to nothing, which refuses everything", async () => {
      const user = await theApp().aUser();
      const put = (softUsd: string, hardUsd: string) =>
        user.workspace.budgets.put([{ scope: "workspace", period: "month", softUsd, hardUsd }]);
      await assert.rejects(put("0.0000000000006", "0.0000000000001"), (error: unknown) => {
        assert.ok(refusedWith(422, "invalid_input")(error));
        const message = "must be 0 or at least 0.000000000001";
        assert.deepEqual((error as ParleyError).errors.slice(-2), [
          { path: "budgets[0].softUsd", message },
          { path: "budgets[0].hardUsd", message },
        ]);
        return true;
      });
      const { data } = await put("0", "0.000000000001");
      assert.deepEqual([data[0]?.softUsd, data[0]?.hardUsd], ["0", "0.000000000001"]);
    });

    it("is not taken away by somebody who has not seen it, when they say what they have read", async () => {
      const user = await theApp().aUser();
      const { budgets } = user.workspace;
      const read = await budgets.list();
      const first = await budgets.put([{ scope: "workspace", period: "month", hardUsd: "5" }], {
        version: read.version,
      });
      assert.notEqual(first.version, read.version);
      assert.equal((await budgets.list()).version, first.version);
      const day = { scope: "workspace", period: "day", softUsd: "1" } as const;
      const outdated = budgets.put([day], { version: read.version, unknownPriceUsd: "0.5" });
      await assert.rejects(outdated, refusedWith(409, "changed_meanwhile"));
      const kept = await budgets.list();
      assert.deepEqual([kept.data.map(({ hardUsd }) => hardUsd), kept.unknownPriceUsd], [["5"], null]);
      // Of those who set it at the same time one is first, and the other is told.
      const racing = await Promise.allSettled(
        ["1", "2", "3", "4"].map((hardUsd) =>
          budgets.put([{ scope: "workspace", period: "month", hardUsd }], { version: kept.version }),
        ),
      );
      assert.equal(racing.filter(({ status }) => status === "fulfilled").length, 1);
      for (const one of racing)
        if (one.status === "rejected") assert.ok(refusedWith(409, "changed_meanwhile")(one.reason), String(one.reason));
      // What a call at an unknown price holds is a part of what was read; what is spent is not.
      const { version } = await budgets.list();
      const asked = await ask(user, MODEL, { content: `[[sim: tokens:5]] ${uniqueText()}` });
      await asked.heard.end(asked.assistantMessage.id);
      const opened = await budgets.put([day], { version, unknownPriceUsd: "0.5" });
      const closed = await budgets.put([day], { version: opened.version, unknownPriceUsd: null });
      assert.notEqual(opened.version, closed.version);
      // Whoever says nothing sets them whatever they are.
      assert.deepEqual((await budgets.put([])).data, []);
    });

    it("of the instance is the operator's, and nobody is told its amount", async () => {
      const { operator } = theApp().operator.client;
      const user = await theApp().aUser();
      try {
        const { version } = await operator.budgets();
        const { data } = await operator.putBudgets([{ period: "day", hardUsd: "0" }], { version });
        await assert.rejects(operator.putBudgets([], { version }), refusedWith(409, "changed_meanwhile"));
        assert.deepEqual([data[0]?.scope, data[0]?.subjectId], ["instance", null]);
        const { id } = await user.aConversation({ model: MODEL });
        await assert.rejects(
          user.workspace.messages.send(id, { clientMessageId: "a", content: "hi" }),
          (error: unknown) => error instanceof ParleyError && /budget of this server is used up/.test(error.message),
        );
        await assert.rejects(user.client.operator.budgets(), refusedWith(404, "not_found"));
      } finally {
        await operator.putBudgets([]);
      }
      assert.deepEqual((await user.workspace.budgets.list()).data, []);
    });
  });
}
