// What a workspace makes of the catalog: allowed models, a default, names of its own, favourites; kept to in chat and gateway.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { eventually } from "../app/patience.js";
import { ask, uniqueText } from "./ask.js";

const REFUSED = { status: 403, code: "model_not_allowed" };
const ALLOWED = "sim/tokens:3,as:anthropic/claude-haiku-4.5";
const OTHER = "sim/tokens:4";

export function models(theApp: () => App): void {
  describe("the models of a workspace", () => {
    let owner: Account;
    let token: string;

    before(async () => {
      owner = await theApp().aUser("Owner");
      token = (await owner.workspace.apiKeys.create({ name: "story", scopes: ["gateway", "read"] })).token;
    });

    const gateway = (path: string, body?: object) =>
      fetch(`${theApp().baseUrls[0]}/v1${path}`, {
        method: body ? "POST" : "GET",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body && { body: JSON.stringify({ messages: [{ role: "user", content: uniqueText() }], ...body }) }),
      });

    it("have prices over time, capabilities and an age", async () => {
      const { data, asOf, stale } = await owner.workspace.models.list({ q: "claude haiku 4.5" });
      const model = data.find(({ id }) => id === "anthropic/claude-haiku-4.5");
      assert.ok(model?.tools && model.structuredOutputs && model.allowed);
      assert.ok(Date.parse(asOf) <= Date.now() && !stale);
      const prices = await owner.workspace.models.prices("anthropic/claude-haiku-4.5");
      assert.deepEqual(prices.data[0]?.pricing, model.pricing);
      assert.equal(prices.data[0]?.validUntil, null);
      await assert.rejects(owner.workspace.models.prices("no/such-model"), { status: 404 });
    });

    it("are favourites of each member alone", async () => {
      const { models } = owner.workspace;
      await models.star("openai/gpt-5-mini");
      await models.star("openai/gpt-5-mini");
      await models.star("anthropic/claude-haiku-4.5");
      await models.unstar("openai/gpt-4o-mini");
      const ids = async () => (await models.favourites()).data.map(({ modelId }) => modelId);
      assert.deepEqual(await ids(), ["anthropic/claude-haiku-4.5", "openai/gpt-5-mini"]);
      await models.unstar("openai/gpt-5-mini");
      assert.deepEqual(await ids(), ["anthropic/claude-haiku-4.5"]);
      const stranger = await theApp().aUser();
      assert.deepEqual((await stranger.workspace.models.favourites()).data, []);
      await assert.rejects(stranger.client.workspace(owner.workspaceId).models.star("a/b"), { status: 404 });
    });

    it("cannot be set to what contradicts itself", async () => {
      const { models } = owner.workspace;
      const wrong = [
        { allowed: ["a/one"], defaultModel: "b/two" },
        { allowed: ["a/one"], aliases: [{ name: "fast", model: "b/two" }] },
        {
          aliases: [
            { name: "fast", model: "quick" },
            { name: "quick", model: "a/one" },
          ],
        },
        {
          aliases: [
            { name: "fast", model: "a/one" },
            { name: "fast", model: "b/two" },
          ],
        },
        { aliases: [{ name: "Not a name", model: "a/one" }] },
        { allowed: ["open*"] },
      ];
      for (const body of wrong) await assert.rejects(models.update(body), { status: 400 }, JSON.stringify(body));
      assert.deepEqual((await models.settings()).allowed, null);
    });

    it("have a default that may be called, and those that the catalog does not have are named", async () => {
      const { models } = (await theApp().aUser("Vendor")).workspace;
      const told = async (allowed: string[] | null) => (await models.update({ allowed })).effectiveDefault;
      const usual = (await models.settings()).effectiveDefault;
      assert.match(await told(["openai/*"]), /^openai\//);
      assert.equal(await told(["opnai/gpt-4o-mini", "openai/*", "openai/gpt-5-mini"]), "openai/gpt-5-mini");
      assert.equal(await told(["local/llama"]), "local/llama", "of another endpoint, for all we know");
      assert.equal(await told(["openai/gpt-5-mini", `${usual.split("/")[0]}/*`]), usual);
      const aliases = [{ name: "gone", model: "openai/no-such-model" }];
      const { unknown } = await models.update({ allowed: ["openai/*", "nobody/*", "opnai/gpt-4o-mini"], aliases });
      assert.deepEqual(unknown, ["nobody/*", "opnai/gpt-4o-mini", "openai/no-such-model"]);
      assert.deepEqual((await models.update({ allowed: null, aliases: [] })).unknown, []);
    });

    it("are asked for by the workspace's own names, in chat and gateway; the ledger knows all three", async () => {
      await owner.workspace.models.update({ aliases: [{ name: "fast", model: ALLOWED }], defaultModel: "fast" });
      const conversation = await owner.aConversation();
      assert.equal(conversation.model, "fast");
      const asked = await ask(owner, "fast", { conversation });
      const { message } = await asked.heard.end(asked.assistantMessage.id);
      assert.equal(message.model, ALLOWED);
      const answer = await gateway("/chat/completions", { model: "fast" });
      assert.equal(answer.status, 200);
      await answer.arrayBuffer();
      const ended = async () =>
        (await owner.workspace.calls()).data.every(({ costState }) => costState !== "estimated");
      await eventually(ended, "the ends of the rows");
      const { data } = await owner.workspace.calls();
      assert.equal(data.length, 2);
      for (const call of data) {
        assert.deepEqual([call.alias, call.model], ["fast", ALLOWED]);
        assert.match(call.servedModel ?? "", /haiku/);
      }
      await owner.workspace.models.update({
        aliases: [{ name: "mini", model: "openai/gpt-4o-mini" }],
        defaultModel: null,
      });
      const listed = (await (await gateway("/models/mini")).json()) as { id: string; canonical_slug: string };
      assert.equal(listed.id, "mini");
      assert.match(listed.canonical_slug, /gpt-4o-mini/);
    });

    it("are only those that are allowed: in chat, gateway and lists", async () => {
      const { models } = owner.workspace;
      const free = await owner.aConversation({ model: OTHER });
      const before = await ask(owner, OTHER, { conversation: free });
      await before.heard.end(before.assistantMessage.id);
      await models.update({ allowed: [ALLOWED, "openai/*"] });

      const body = () => ({ clientMessageId: crypto.randomUUID(), content: uniqueText() });
      const { messages } = owner.workspace;
      await assert.rejects(messages.send(free.id, body()), REFUSED);
      await assert.rejects(messages.regenerate(before.assistantMessage.id, {}), REFUSED);
      await assert.rejects(messages.edit(before.userMessage.id, { content: "x" }), REFUSED);
      const socket = ask(owner, OTHER, { conversation: free });
      await assert.rejects(socket, { code: "model_not_allowed" });
      const sent = await messages.regenerate(before.assistantMessage.id, { model: ALLOWED });
      await before.heard.end(sent.id);

      for (const refused of [{ model: OTHER }, { model: ALLOWED, models: [OTHER] }, { model: ALLOWED, preset: "x" }]) {
        const answer = await gateway("/chat/completions", refused);
        const { error } = (await answer.json()) as { error: { code: number; type: string; message: string } };
        assert.deepEqual([answer.status, error.code], [403, 403]);
        assert.match(error.message, /This workspace may/);
      }
      const ids = async (all: boolean) => (await models.list({ all })).data.map(({ id }) => id);
      assert.ok((await ids(false)).every((id) => id.startsWith("openai/")));
      assert.ok((await ids(true)).includes("anthropic/claude-haiku-4.5"));
      const { data } = (await (await gateway("/models")).json()) as { data: { id: string }[] };
      assert.ok(data.length > 0 && data.every(({ id }) => id.startsWith("openai/") || id === "mini"));
      assert.equal((await gateway("/models/anthropic/claude-haiku-4.5")).status, 404);
    });

    it("are chosen by admins alone, and every change is in the audit log", async () => {
      const member = await theApp().aUser("Member");
      const invite = await owner.workspace.invites.create({ role: "member" });
      await member.client.workspaces.accept({ token: invite.token });
      const theirs = member.client.workspace(owner.workspaceId);
      await assert.rejects(theirs.models.update({ allowed: null }), { status: 403 });
      assert.deepEqual((await theirs.models.settings()).allowed, [ALLOWED, "openai/*"]);
      const { data } = await owner.workspace.audit.list();
      const changes = data.filter(({ action }) => action === "models.changed");
      assert.equal(changes.length, 3);
    });
  });
}
