// Reports: they say exactly what the ledger says, whoever groups it.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { allOf, type CallsQuery, createClient, ParleyError, type ProviderCall } from "#libs/client/index";
import { addUsd } from "#libs/money/index";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { ask } from "./ask.js";

const GROUPS = ["day", "hour", "model", "member", "key", "template"] as const;

export function analytics(theApp: () => App): void {
  describe("a report", () => {
    let user: Account;
    let member: Account;
    let calls: ProviderCall[];
    let keyId: string;

    before(async () => {
      [user, member] = [await theApp().aUser("Owner"), await theApp().aUser("Ann")];
      const { token } = await user.workspace.invites.create({ role: "member" });
      await member.client.workspaces.accept({ token });
      for (const model of ["sim/tokens:7", "sim/tokens:20", "sim/tokens:7"]) {
        const asked = await ask(user, model);
        await asked.heard.end(asked.assistantMessage.id);
      }
      const failing = await ask(user, "sim/400-param");
      await failing.heard.end(failing.assistantMessage.id);
      const theirs = member.client.workspace(user.workspaceId);
      const { id } = await theirs.conversations.create({ model: "sim/tokens:5" });
      for await (const event of theirs.messages.stream(id, { clientMessageId: "1", content: "hi" })) void event;
      const key = await user.workspace.apiKeys.create({ name: "=nightly", scopes: ["gateway"] });
      keyId = key.id;
      const answer = await fetch(`${theApp().baseUrl}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${key.token}`, "content-type": "application/json" },
        body: JSON.stringify({ model: "sim/tokens:11", messages: [{ role: "user", content: "hi" }] }),
      });
      await answer.json();
      // A row of the gateway ends just after its answer.
      do {
        calls = [];
        for await (const row of allOf((query) => user.workspace.calls(query))) calls.push(row);
      } while (calls.some(({ costState }) => costState === "estimated"));
      assert.ok(calls.length >= 6);
    });

    async function csv(
      of: Account,
      query: CallsQuery,
      workspaceId = of.workspaceId,
    ): Promise<Record<string, string>[]> {
      const path = of.client.workspace(workspaceId).analytics.exportPath(query);
      const response = await fetch(theApp().baseUrl + path, { headers: { cookie: of.jar.header() ?? "" } });
      assert.equal(response.status, 200);
      const [head = "", ...lines] = (await response.text()).split("\r\n").slice(0, -1);
      return lines.map((line) => {
        const cells = line.split(",");
        return Object.fromEntries(head.split(",").map((name, n) => [name, cells[n] ?? ""]));
      });
    }

    const sumOf = (rows: readonly { costUsd: string | null }[]) =>
      addUsd("0", ...rows.map(({ costUsd }) => costUsd ?? "0"));

    for (const groupBy of GROUPS) {
      it(`by ${groupBy} adds up to the ledger, to the last digit`, async () => {
        const { data, total } = await user.workspace.analytics.usage({ groupBy, tz: "Asia/Kolkata" });
        assert.equal(total.calls, calls.length);
        assert.equal(total.costUsd, sumOf(calls));
        assert.equal(sumOf(data), total.costUsd);
        for (const field of ["calls", "errors", "promptTokens", "completionTokens", "unsettled"] as const)
          assert.equal(
            data.reduce((sum, group) => sum + group[field], 0),
            total[field],
            field,
          );
        assert.equal(
          total.completionTokens,
          calls.reduce((sum, row) => sum + (row.completionTokens ?? 0), 0),
        );
      });
    }

    it("names members and keys, and puts the dearest first", async () => {
      const byMember = (await user.workspace.analytics.usage({ groupBy: "member" })).data;
      assert.deepEqual(new Set(byMember.map(({ name }) => name)), new Set(["Owner", "Ann"]));
      const byKey = (await user.workspace.analytics.usage({ groupBy: "key" })).data;
      assert.deepEqual(byKey.find(({ key }) => key === keyId)?.name, "=nightly");
      assert.ok(byKey.some(({ key, name }) => key === null && name === null));
      const byModel = (await user.workspace.analytics.usage({ groupBy: "model" })).data;
      assert.deepEqual(
        byModel.map(({ costUsd }) => Number(costUsd)),
        byModel.map(({ costUsd }) => Number(costUsd)).toSorted((a, b) => b - a),
      );
      assert.equal(byModel.find(({ key }) => key === "sim/tokens:7")?.calls, 2);
    });

    it("splits days into the dearest models and all others, to the last digit", async () => {
      const whole = await user.workspace.analytics.usage({ groupBy: "model" });
      for (const top of [1, 2, 20]) {
        const { data, total, series, splitBy } = await user.workspace.analytics.usage({ splitBy: "model", top });
        const dearest = whole.data.filter((_, n) => n < top);
        assert.deepEqual([splitBy, series.length], ["model", dearest.length]);
        assert.equal(sumOf(data.flatMap(({ parts }) => parts)), total.costUsd);
        for (const { parts, costUsd, calls: count } of data) {
          assert.equal(sumOf(parts), costUsd);
          assert.equal(
            parts.reduce((sum, part) => sum + part.calls, 0),
            count,
          );
          assert.ok(parts.every(({ key, other }) => (other ? key === null : series.some((one) => one.key === key))));
        }
        for (const { key, costUsd } of dearest) {
          const own = data.flatMap(({ parts }) => parts.filter((part) => !part.other && part.key === key));
          if (series.some((one) => one.key === key)) assert.equal(sumOf(own), costUsd);
        }
        const other = data.flatMap(({ parts }) => parts.filter((part) => part.other));
        assert.equal(other.length > 0, top < whole.data.length);
      }
      const byMember = await user.workspace.analytics.usage({ groupBy: "hour", splitBy: "member" });
      assert.deepEqual(new Set(byMember.series.map(({ name }) => name)), new Set(["Owner", "Ann"]));
      await assert.rejects(user.workspace.analytics.usage({ groupBy: "model", splitBy: "member" }), { status: 422 });
    });

    const filtered = async (query: CallsQuery, pageSize = 2) => {
      const ids: string[] = [];
      for await (const row of allOf((page) => user.workspace.calls({ ...query, ...page }), pageSize)) ids.push(row.id);
      return ids;
    };
    const idsOf = (holds: (row: ProviderCall) => boolean) => calls.filter(holds).map(({ id }) => id);

    it("has its rows chosen by each thing that is known of them, newest first", async () => {
      const [newest, oldest] = [calls[0]!, calls.at(-1)!];
      assert.deepEqual(
        await filtered({}),
        idsOf(() => true),
      );
      assert.deepEqual(
        idsOf(() => true),
        calls.toSorted((a, b) => (a.createdAt + a.id < b.createdAt + b.id ? 1 : -1)).map(({ id }) => id),
      );
      const choices: [CallsQuery, (row: ProviderCall) => boolean][] = [
        [{ model: "sim/tokens:7" }, ({ model }) => model === "sim/tokens:7"],
        [{ userId: member.me.user.id }, ({ userId }) => userId === member.me.user.id],
        [{ apiKeyId: keyId }, ({ apiKeyId }) => apiKeyId === keyId],
        [{ kind: "gateway" }, ({ kind }) => kind === "gateway"],
        [{ kind: "chat" }, ({ kind }) => kind === "chat"],
        [{ state: "final" }, ({ costState }) => costState === "final"],
        [{ state: "unsettled" }, ({ costState }) => costState === "unsettled"],
        [{ conversationId: newest.conversationId ?? "" }, (row) => row.conversationId === newest.conversationId],
        [{ messageId: oldest.messageId ?? "" }, ({ messageId }) => messageId === oldest.messageId],
        [{ failed: true }, ({ errorCode }) => errorCode !== null],
        [{ failed: false }, ({ errorCode }) => errorCode === null],
        [{ from: newest.createdAt }, ({ createdAt }) => createdAt >= newest.createdAt],
        [{ to: newest.createdAt }, ({ createdAt }) => createdAt < newest.createdAt],
        [
          { model: "sim/tokens:7", kind: "chat", failed: false, userId: user.me.user.id },
          ({ model }) => model === "sim/tokens:7",
        ],
        [{ model: "sim/tokens:7", kind: "gateway" }, () => false],
      ];
      const failing = calls.find(({ errorCode }) => errorCode !== null)?.errorCode ?? "";
      choices.push([{ errorCode: failing }, ({ errorCode }) => errorCode === failing]);
      for (const [query, holds] of choices) {
        if (query.conversationId === "") continue;
        assert.deepEqual(await filtered(query), idsOf(holds), JSON.stringify(query));
        const file = await csv(user, query);
        assert.deepEqual(new Set(file.map((row) => row["id"])), new Set(idsOf(holds)), JSON.stringify(query));
      }
      assert.ok(idsOf(choices[0]![1]).length === 2 && idsOf(choices[2]![1]).length === 1 && failing !== "");
      await assert.rejects(user.workspace.calls({ state: "odd" as never }), { status: 400 });
      await assert.rejects(user.workspace.calls({ cursor: "WyJhIl0" }), { status: 400 });
    });

    it("shows a member what they used themselves, and nothing of others, whatever they ask for", async () => {
      const { id } = await user.workspace.apiKeys.create({ name: "all", scopes: ["analytics"] });
      const theirs = member.client.workspace(user.workspaceId);
      const own = calls.filter(({ userId }) => userId === member.me.user.id);
      assert.equal(own.length, 1);
      const seen: ProviderCall[] = [];
      for await (const row of allOf((query) => theirs.calls(query))) seen.push(row);
      assert.deepEqual(seen, own);
      for (const groupBy of GROUPS) {
        const { data, total } = await theirs.analytics.usage({ groupBy });
        assert.deepEqual([data.length, total.calls, total.costUsd], [1, 1, own[0]?.costUsd], groupBy);
      }
      const { today, thisMonth, speed } = await theirs.analytics.summary();
      assert.deepEqual([today.costUsd, thisMonth.calls, speed.calls], [own[0]?.costUsd, 1, 1]);
      const { states, drift } = await theirs.analytics.reconciliation();
      assert.deepEqual([states[0]?.calls, states.length, drift.length], [1, 1, 1]);
      assert.deepEqual(
        (await csv(member, {}, user.workspaceId)).map((row) => row["id"]),
        [own[0]?.id],
      );
      for (const query of [
        { userId: user.me.user.id },
        { apiKeyId: keyId },
        { apiKeyId: id },
        { model: "sim/tokens:20" },
      ])
        assert.deepEqual((await theirs.calls(query)).data, [], JSON.stringify(query));
      // A key sees what its member may see.
      const { token } = await theirs.apiKeys.create({ name: "mine", scopes: ["analytics"] });
      const byKey = createClient({ baseUrl: theApp().baseUrl, token }).workspace(user.workspaceId);
      assert.deepEqual((await byKey.calls()).data, own);
    });

    it("has edges: the beginning is in it, the end is not", async () => {
      const at = calls.at(-1)!.createdAt;
      const next = new Date(Date.parse(at) + 1).toISOString();
      assert.equal((await user.workspace.analytics.usage({ from: at, to: next })).total.calls, 1);
      const before = new Date(Date.parse(at) - 1).toISOString();
      assert.equal((await user.workspace.analytics.usage({ from: before, to: at })).total.calls, 0);
    });

    it("sums up today and the month, with a speed", async () => {
      const { today, thisMonth, lastMonth, speed } = await user.workspace.analytics.summary();
      assert.deepEqual([today.costUsd, thisMonth.calls, lastMonth.calls], [sumOf(calls), calls.length, 0]);
      assert.ok(today.errors >= 1);
      assert.ok(speed.calls >= 5 && speed.latencyP50Ms! > 0 && speed.latencyP95Ms! >= speed.latencyP50Ms!);
    });

    it("is a file, of one line a call, in which nothing is a formula", async () => {
      const response = await fetch(theApp().baseUrl + user.workspace.analytics.exportPath(), {
        headers: { cookie: user.jar.header() ?? "" },
      });
      assert.match(response.headers.get("content-type") ?? "", /^text\/csv/);
      assert.match(response.headers.get("content-disposition") ?? "", /attachment; filename="parley-calls-/);
      const [head = "", ...lines] = (await response.text()).split("\r\n").slice(0, -1);
      assert.equal(lines.length, calls.length);
      const [id, cost, listed] = ["id", "costUsd", "listPriceUsd"].map((name) => head.split(",").indexOf(name)) as [
        number,
        number,
        number,
      ];
      for (const line of lines) {
        const cells = line.split(",");
        const row = calls.find((one) => one.id === cells[id]);
        assert.deepEqual([cells[cost], cells[listed]], [row?.costUsd ?? "", row?.listPriceUsd ?? ""]);
      }
    });

    it("says how sure it is", async () => {
      const { states, unsettled, drift } = await user.workspace.analytics.reconciliation();
      assert.equal(
        states.reduce((sum, { calls: count }) => sum + count, 0),
        calls.length,
      );
      assert.equal(unsettled.calls, calls.filter(({ costState }) => costState === "unsettled").length);
      assert.ok(drift.length > 0);
    });

    it("is of the own workspace only, for members and above, and names what is wrong with its question", async () => {
      const stranger = await theApp().aUser();
      const foreign = stranger.client.workspace(user.workspaceId).analytics;
      await assert.rejects(foreign.usage(), { status: 404 });
      assert.equal((await stranger.workspace.analytics.usage()).total.calls, 0);
      const faults: [Parameters<typeof foreign.usage>[0], number, string][] = [
        [{ tz: "Europe/Atlantis" }, 400, "tz"],
        [{ groupBy: "moon" as never }, 400, "groupBy"],
        [{ from: "yesterday" }, 400, "from"],
        [{ from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }, 422, "from"],
        [{ from: "2020-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" }, 422, "from"],
      ];
      for (const [query, status, path] of faults)
        await assert.rejects(user.workspace.analytics.usage(query), (error: unknown) => {
          assert.ok(error instanceof ParleyError);
          assert.deepEqual([error.status, error.errors?.[0]?.path], [status, path]);
          return true;
        });
    });
  });
}
