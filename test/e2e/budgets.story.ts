// Budgets: what they refuse, what they let through, and what they say they have counted.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type Budget, ParleyError } from "#libs/client/index";
import { addUsd, fromPico, toPico } from "#libs/money/index";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { ask, uniqueText } from "./ask.js";

/** 0.15 USD for 1 M prompt tokens, 0.6 for 1 M completion tokens. */
const MODEL = "openai/gpt-4o-mini";

const refusedWith = (status: number, code: string) => (error: unknown) =>
  error instanceof ParleyError && error.status === status && error.code === code;

export function budgets(theApp: () => App): void {
  describe("a budget", () => {
    let owner: Account;

    before(async () => {
      owner = await theApp().aUser("Owner");
    });

    const ofWorkspace = async (user: Account): Promise<Budget> => {
      const { data } = await user.workspace.budgets.list();
      const found = data.find(({ scope }) => scope === "workspace");
      assert.ok(found);
      return found;
    };

    it("counts what was spent before it was made, and what is spent after", async () => {
      const user = await theApp().aUser();
      const first = await ask(user, MODEL, { content: `[[sim: tokens:50]] ${uniqueText()}` });
      const { message: one } = await first.heard.end(first.assistantMessage.id);
      const [made] = (await user.workspace.budgets.put([{ scope: "workspace", period: "month", hardUsd: "5" }])).data;
      assert.equal(made?.spentUsd, one.costUsd);
      const second = await ask(user, MODEL, { content: `[[sim: tokens:70]] ${uniqueText()}` });
      const { message: two } = await second.heard.end(second.assistantMessage.id);
      const now = await ofWorkspace(user);
      assert.equal(now.spentUsd, addUsd(one.costUsd!, two.costUsd!));
      assert.deepEqual([now.reservedUsd, now.hardUsd, now.softUsd, now.ofKey], ["0", "5", null, false]);
      assert.equal(addUsd(now.spentUsd, now.leftUsd!), "5");
      assert.match(now.periodEnd!, /-01T00:00:00\.000Z$/);
    });

    it("refuses a message before it is stored once it is used up, and takes it when there is more", async () => {
      const user = await theApp().aUser();
      await user.workspace.budgets.put([{ scope: "workspace", period: "total", hardUsd: "0" }]);
      const { id } = await user.aConversation({ model: MODEL });
      const body = { clientMessageId: crypto.randomUUID(), content: "[[sim: tokens:5]] hi" };
      await assert.rejects(user.workspace.messages.send(id, body), (error: unknown) => {
        assert.ok(refusedWith(402, "budget_exceeded")(error));
        assert.match((error as ParleyError).message, /budget of 0 USD of this workspace is used up/);
        return true;
      });
      assert.deepEqual((await user.workspace.conversations.messages(id)).data, []);
      const { socket, heard } = await user.join(id);
      const { workspaceId } = user;
      await assert.rejects(socket.send("message:send", { workspaceId, conversationId: id, ...body }), {
        code: "budget_exceeded",
      });
      await user.workspace.budgets.put([{ scope: "workspace", period: "total", hardUsd: "1" }]);
      const sent = await user.workspace.messages.send(id, body);
      assert.equal((await heard.end(sent.assistantMessage.id)).message.status, "completed");
    });

    it("cuts an answer to what is left instead of going beyond", async () => {
      const user = await theApp().aUser();
      await user.workspace.budgets.put([{ scope: "workspace", period: "day", hardUsd: "0.0001" }]);
      const asked = await ask(user, MODEL, { content: `[[sim: tokens:5000]] ${uniqueText()}` });
      const { message } = await asked.heard.end(asked.assistantMessage.id);
      assert.deepEqual([message.status, message.finishReason], ["completed", "length"]);
      assert.ok(message.usage!.completionTokens > 50 && message.usage!.completionTokens < 200);
      const { spentUsd, reservedUsd, leftUsd } = await ofWorkspace(user);
      assert.deepEqual([spentUsd, reservedUsd], [message.costUsd, "0"]);
      assert.ok(!leftUsd!.startsWith("-"));
    });

    it("lets go of what it held when an answer is stopped or fails", async () => {
      const user = await theApp().aUser();
      await user.workspace.budgets.put([{ scope: "workspace", period: "month", hardUsd: "1" }]);
      const failing = await ask(user, MODEL, { content: "[[sim: error=400]] x" });
      await failing.heard.end(failing.assistantMessage.id);
      const running = await ask(user, MODEL, {
        content: `[[sim: tokens:3000 rate:50 provider:OpenAI]] ${uniqueText()}`,
      });
      await running.heard.deltasOf(running.assistantMessage.id, 3);
      assert.notEqual((await ofWorkspace(user)).reservedUsd, "0");
      await user.workspace.messages.stop(running.assistantMessage.id);
      await running.heard.end(running.assistantMessage.id);
      const settled = await running.heard.event("message:settled", () => true);
      const { spentUsd, reservedUsd } = await ofWorkspace(user);
      assert.deepEqual([spentUsd, reservedUsd], [settled.costUsd, "0"]);
    });

    it("tells once of each threshold of a soft limit", async () => {
      const user = await theApp().aUser();
      const { socket, heard } = await user.listen();
      await socket.send("workspace:join", { workspaceId: user.workspaceId });
      const { conversation, ...first } = await ask(user, MODEL, { content: `[[sim: tokens:50]] ${uniqueText()}` });
      const { message } = await first.heard.end(first.assistantMessage.id);
      const spent = toPico(message.costUsd!);
      const put = (softUsd: string) =>
        user.workspace.budgets.put([{ scope: "workspace", period: "month", softUsd, hardUsd: "1" }]);
      await put(fromPico((spent * 100n) / 60n));
      const half = await heard.event("workspace:budget");
      assert.deepEqual([half.percent, half.spentUsd, half.scope], [50, message.costUsd, "workspace"]);
      await user.workspace.messages.regenerate(first.assistantMessage.id);
      const all = await heard.event("workspace:budget", ({ percent }) => percent === 100);
      assert.equal(all.period, "month");
      assert.equal(heard.all("workspace:budget").length, 2);
      const { data } = await user.workspace.audit.list();
      const reached = data.filter(({ action }) => action === "budget.reached");
      assert.deepEqual(reached.map(({ facts }) => facts?.["percent"]).sort(), [100, 50]);
      await put(fromPico(spent * 100n));
      await put(fromPico(spent));
      await heard.event("workspace:budget", () => heard.all("workspace:budget").length === 3);
    });

    it("of a member holds for that member alone; others do not see it", async () => {
      const member = await theApp().aUser("Member");
      const { token } = await owner.workspace.invites.create({ role: "member" });
      await member.client.workspaces.accept({ token });
      const subjectId = (await member.client.auth.me()).user.id;
      await owner.workspace.budgets.put([{ scope: "member", subjectId, period: "day", hardUsd: "0" }]);
      const theirs = member.client.workspace(owner.workspaceId);
      const { id } = await owner.aConversation({ model: MODEL });
      const body = () => ({ clientMessageId: crypto.randomUUID(), content: "[[sim: tokens:2]] hi" });
      await assert.rejects(theirs.messages.send(id, body()), (error: unknown) => {
        assert.ok(refusedWith(402, "budget_exceeded")(error));
        assert.deepEqual((error as ParleyError).details?.["subjectId"], subjectId);
        return true;
      });
      await owner.workspace.messages.send(id, body());
      assert.equal((await theirs.budgets.list()).data.length, 1);
      await assert.rejects(theirs.budgets.put([]), refusedWith(403, "forbidden"));
      const viewer = await theApp().aUser("Viewer");
      const invite = await owner.workspace.invites.create({ role: "viewer" });
      await viewer.client.workspaces.accept({ token: invite.token });
      assert.deepEqual((await viewer.client.workspace(owner.workspaceId).budgets.list()).data, []);
      await owner.workspace.budgets.put([]);
      await theirs.messages.send(id, body());
    });

    it("of a platform key holds through /v1, in OpenAI's form", async () => {
      const user = await theApp().aUser();
      const key = await user.workspace.apiKeys.create({
        name: "k",
        scopes: ["gateway", "chat"],
        budgetUsd: "0.000033",
      });
      const call = (max_tokens: number) =>
        fetch(`${theApp().baseUrl}/v1/chat/completions`, {
          method: "POST",
          headers: { authorization: `Bearer ${key.token}`, "content-type": "application/json" },
          body: JSON.stringify({
            model: MODEL,
            max_tokens,
            messages: [{ role: "user", content: "[[sim: tokens:30]]" }],
          }),
        });
      const first = await call(30);
      assert.equal(first.status, 200);
      await first.json();
      const second = await call(30);
      const shrunk = (await second.json()) as { choices: { finish_reason: string }[] };
      assert.deepEqual([second.status, shrunk.choices[0]?.finish_reason], [200, "length"]);
      const third = await call(30);
      const { error } = (await third.json()) as { error: Record<string, unknown> };
      assert.deepEqual([third.status, error["code"], error["type"]], [402, 402, "insufficient_quota"]);
      assert.match(String(error["message"]), /has no room left for this call/);
      const [row] = (await user.workspace.budgets.list()).data;
      assert.deepEqual([row?.scope, row?.ofKey, row?.hardUsd, row?.reservedUsd], ["key", true, "0.000033", "0"]);
      assert.ok(!row?.leftUsd?.startsWith("-"));
    });

    it("says through /v1 that nothing is left, where no call could pass", async () => {
      const user = await theApp().aUser();
      const key = await user.workspace.apiKeys.create({ name: "k", scopes: ["gateway"] });
      const call = async () => {
        const answer = await fetch(`${theApp().baseUrl}/v1/chat/completions`, {
          method: "POST",
          headers: { authorization: `Bearer ${key.token}`, "content-type": "application/json" },
          body: JSON.stringify({ model: MODEL, max_tokens: 1, messages: [{ role: "user", content: "Hi" }] }),
        });
        return { status: answer.status, text: await answer.text() };
      };
      assert.equal((await call()).status, 200);
      const { spentUsd } = (await user.workspace.budgets.put([{ scope: "workspace", period: "month", softUsd: "1" }]))
        .data[0]!;
      const put = (pico: bigint) =>
        user.workspace.budgets.put([{ scope: "workspace", period: "month", hardUsd: fromPico(pico) }]);
      await put(toPico(spentUsd) - 1n);
      const refused = await call();
      assert.equal(refused.status, 402);
      assert.match(refused.text, /budget of [\d.]+ USD of this workspace is used up/);
      assert.match(refused.text, /"state":"used_up"/);
      await put(toPico(spentUsd) + 1n);
      assert.match((await call()).text, /has no room left for this call/);
    });

    it("of a platform key holds whatever a request says about its length", async () => {
      const user = await theApp().aUser();
      const key = await user.workspace.apiKeys.create({ name: "k", scopes: ["gateway"], budgetUsd: "0.000033" });
      const odd = (fields: string) =>
        fetch(`${theApp().baseUrl}/v1/chat/completions`, {
          method: "POST",
          headers: { authorization: `Bearer ${key.token}`, "content-type": "application/json" },
          body: `{"model":"${MODEL}",${fields},"messages":[{"role":"user","content":"[[sim: tokens:900]]"}]}`,
        });
      for (const fields of [
        '"max_tokens":1,"max_completion_tokens":900',
        '"max_tokens":-1000000,"max_completion_tokens":900',
        '"max_tokens":10.5',
        '"max_tokens":1e999',
        '"n":1e999',
      ]) {
        const answer = await odd(fields);
        assert.ok([200, 400, 402].includes(answer.status), `${fields}: ${answer.status}`);
        await answer.text();
      }
      const [row] = (await user.workspace.budgets.list()).data;
      assert.ok(row && Number(row.spentUsd) > 0, "the first one was answered, as far as there was room");
      assert.ok(!row.leftUsd?.startsWith("-"), `left: ${row.leftUsd}`);
    });

    it("has room for the fee of a search, or the search is not begun", async () => {
      const user = await theApp().aUser();
      // Ten times what the tokens may cost, and less than a search.
      const key = await user.workspace.apiKeys.create({ name: "k", scopes: ["gateway"], budgetUsd: "0.005" });
      const call = (more: object) =>
        fetch(`${theApp().baseUrl}/v1/chat/completions`, {
          method: "POST",
          headers: { authorization: `Bearer ${key.token}`, "content-type": "application/json" },
          body: JSON.stringify({ model: MODEL, max_tokens: 30, messages: [{ role: "user", content: "Hi" }], ...more }),
        });
      for (const more of [{ plugins: [{ id: "web" }] }, { model: `${MODEL}:online` }]) {
        const answer = await call(more);
        assert.equal(answer.status, 402, JSON.stringify(more));
        assert.match(await answer.text(), /budget of 0\.005 USD of this platform key has no room left for this call/);
      }
      const plain = await call({});
      assert.equal(plain.status, 200);
      await plain.text();
    });

    it("holds for embeddings, too", async () => {
      const user = await theApp().aUser();
      const key = await user.workspace.apiKeys.create({ name: "k", scopes: ["gateway"], budgetUsd: "0.000001" });
      const embed = () =>
        fetch(`${theApp().baseUrl}/v1/embeddings`, {
          method: "POST",
          headers: { authorization: `Bearer ${key.token}`, "content-type": "application/json" },
          body: JSON.stringify({ model: "openai/text-embedding-3-small", input: "as long as it takes ".repeat(5) }),
        });
      const first = await embed();
      assert.equal(first.status, 200);
      await first.json();
      assert.equal((await embed()).status, 402);
      const [row] = (await user.workspace.budgets.list()).data;
      assert.ok(row && Number(row.spentUsd) > 0 && !row.leftUsd?.startsWith("-"), JSON.stringify(row));
    });

    it("cannot hold for a model whose price nobody knows", async () => {
      const user = await theApp().aUser();
      await user.workspace.budgets.put([{ scope: "workspace", period: "month", hardUsd: "1" }]);
      const asked = await ask(user, "sim/tokens:3");
      const { message } = await asked.heard.end(asked.assistantMessage.id);
      assert.deepEqual([message.status, message.error?.code], ["failed", "price_unknown"]);
      await user.workspace.budgets.put([{ scope: "workspace", period: "month", softUsd: "1" }]);
      const again = await ask(user, "sim/tokens:3");
      assert.equal((await again.heard.end(again.assistantMessage.id)).message.status, "completed");
    });

    it("lets a call at an unknown price through when its admins say so, for the amount that they say", async () => {
      const user = await theApp().aUser();
      const budget = { scope: "workspace", period: "month", hardUsd: "0.5" } as const;
      assert.equal((await user.workspace.budgets.list()).unknownPriceUsd, null);
      await assert.rejects(
        user.workspace.budgets.put([budget], { unknownPriceUsd: "0" }),
        refusedWith(422, "invalid_input"),
      );
      await user.workspace.budgets.put([budget], { unknownPriceUsd: "0.2" });
      const asked = await ask(user, "sim/tokens:3");
      const { message } = await asked.heard.end(asked.assistantMessage.id);
      assert.deepEqual([message.status, message.costState], ["completed", "final"]);
      // The next change of the budgets leaves it as it is; a call begins only where the whole amount has room.
      const { data, unknownPriceUsd } = await user.workspace.budgets.put([{ ...budget, hardUsd: "0.2" }]);
      assert.deepEqual([unknownPriceUsd, data[0]?.spentUsd, data[0]?.reservedUsd], ["0.2", message.costUsd, "0"]);
      const full = await ask(user, "sim/tokens:3");
      const { error } = (await full.heard.end(full.assistantMessage.id)).message;
      assert.equal(error?.code, "budget_exceeded");
      const { resetsAt, ...facts } = error?.details ?? {};
      assert.deepEqual(facts, {
        ...{ scope: "workspace", subjectId: null, period: "month", state: "no_room", limitUsd: "0.2" },
      });
      assert.match(String(resetsAt), /-01T00:00:00\.000Z$/);
      const { data: events } = await user.workspace.audit.list();
      const changes = events.filter(({ action }) => action === "budget.changed");
      assert.deepEqual(
        changes.map(({ facts }) => facts?.["unknownPriceUsd"]),
        ["0.2", "0.2"],
      );
      await user.workspace.budgets.put([budget], { unknownPriceUsd: null });
      const refused = await ask(user, "sim/tokens:3");
      assert.equal((await refused.heard.end(refused.assistantMessage.id)).message.error?.code, "price_unknown");
    });

    it("of the server is not opened for unknown prices by a workspace", async () => {
      const { operator } = theApp().operator.client;
      await operator.putBudgets([{ period: "month", hardUsd: "1000" }]);
      try {
        const user = await theApp().aUser();
        await user.workspace.budgets.put([], { unknownPriceUsd: "0.1" });
        const refused = await ask(user, "sim/tokens:3");
        assert.equal((await refused.heard.end(refused.assistantMessage.id)).message.error?.code, "price_unknown");
        assert.equal(
          (await operator.putBudgets([{ period: "month", hardUsd: "1000" }], { unknownPriceUsd: "0.3" }))
            .unknownPriceUsd,
          "0.3",
        );
        const asked = await ask(user, "sim/tokens:3");
        assert.equal((await asked.heard.end(asked.assistantMessage.id)).message.status, "completed");
      } finally {
        await operator.putBudgets([], { unknownPriceUsd: null });
      }
    });
  });
}
