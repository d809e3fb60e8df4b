// The models on offer with their prices, and the workspace's own provider keys: written, used, never read again.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { allOf, type Model } from "#libs/client/index";
import { addUsd } from "#libs/money/index";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { ask } from "./ask.js";
import { plainDecimal } from "./decimal.js";

/** A model that costs something. */
const PAID = "sim/tokens:5,as:anthropic/claude-haiku-4.5";
const SECRET = "sk-or-v1-a-secret-of-the-tests-0123456789abcdef";

/** The provider's "-1" means that the price varies. */
function knownPrice(price: string): string | null {
  return price === "-1" ? null : price;
}

export function providerKeys(theApp: () => App): void {
  describe("the catalog", () => {
    it("lists every model of the provider with exact prices", async () => {
      const user = await theApp().aUser();
      const models: Model[] = [];
      for await (const model of allOf((query) => user.workspace.models.list(query))) models.push(model);
      const upstream = (await (await fetch(`${theApp().simulator.apiUrl}/models`)).json()) as {
        data: { id: string; name: string; context_length: number; pricing: { prompt: string; completion: string } }[];
      };
      assert.ok(upstream.data.length > 100);
      for (const { id, name, context_length, pricing } of upstream.data) {
        const model = models.find((one) => one.id === id);
        assert.deepEqual(
          [model?.name, model?.contextLength, model?.pricing.promptUsd, model?.pricing.completionUsd],
          [name, context_length, knownPrice(pricing.prompt), knownPrice(pricing.completion)],
          id,
        );
      }
    });
  });

  describe("a provider key", () => {
    let user: Account;

    before(async () => {
      user = await theApp().aUser();
    });

    it("is used for the workspace's calls, and shown to nobody", async () => {
      const { providerKeys: keys } = user.workspace;
      const made = await keys.create({ provider: "openrouter", label: "ours", secret: SECRET });
      assert.ok(!JSON.stringify(made).includes(SECRET.slice(12, -6)));
      assert.ok(made.masked.endsWith(SECRET.slice(-4)));
      assert.ok(made.fingerprint);
      const listed = await keys.list();
      assert.deepEqual(
        listed.data.map(({ id, label }) => ({ id, label })),
        [{ id: made.id, label: "ours" }],
      );
      assert.ok(!JSON.stringify(listed).includes(SECRET.slice(12, -6)));
      const before = await ask(await theApp().aUser(), "sim/plain");
      await before.heard.end(before.assistantMessage.id);
      const asked = await ask(user, "sim/plain");
      await asked.heard.end(asked.assistantMessage.id);
      const [ours] = await theApp().simulator.calls(asked.userMessage.content);
      const [others] = await theApp().simulator.calls(before.userMessage.content);
      assert.ok(ours?.key && others?.key);
      assert.notEqual(ours.key, others.key);
      await keys.delete(made.id);
      assert.deepEqual((await keys.list()).data, []);
    });

    it("is known to be there to every member, who sees nothing else of it", async () => {
      const viewer = await theApp().aUser();
      const { token } = await user.workspace.invites.create({ role: "viewer" });
      await viewer.client.workspaces.accept({ token });
      const theirs = viewer.client.workspace(user.workspaceId).providerKeys;
      assert.deepEqual(await theirs.state(), { ownKey: false });
      const made = await user.workspace.providerKeys.create({ provider: "openrouter", label: "ours", secret: SECRET });
      assert.deepEqual(await theirs.state(), { ownKey: true });
      await assert.rejects(theirs.list(), { status: 403 });
      await user.workspace.providerKeys.update(made.id, { enabled: false });
      assert.deepEqual(await theirs.state(), { ownKey: false }, "a key that is switched off is not used");
      await user.workspace.providerKeys.delete(made.id);
      const stranger = (await theApp().aUser()).client.workspace(user.workspaceId);
      await assert.rejects(stranger.providerKeys.state(), { status: 404 });
    });

    it("gets another secret under the same name, which is the one that is used from then on", async () => {
      const { providerKeys: keys } = user.workspace;
      const made = await keys.create({ provider: "openrouter", label: "rotated", secret: SECRET });
      const first = await ask(user, "sim/plain");
      await first.heard.end(first.assistantMessage.id);
      const rotated = await keys.rotate(made.id, { secret: `${SECRET}-second` });
      assert.deepEqual(
        [rotated.id, rotated.label, rotated.secretVersion],
        [made.id, "rotated", made.secretVersion + 1],
      );
      assert.notEqual(rotated.fingerprint, made.fingerprint);
      const second = await ask(user, "sim/plain");
      await second.heard.end(second.assistantMessage.id);
      const [one] = await theApp().simulator.calls(first.userMessage.content);
      const [two] = await theApp().simulator.calls(second.userMessage.content);
      assert.notEqual(one?.key, two?.key);
      await keys.delete(made.id);
    });

    it("is tried out on request", async () => {
      const { providerKeys: keys } = user.workspace;
      const good = await keys.create({ provider: "openrouter", label: "good", secret: SECRET });
      const bad = await keys.create({
        provider: "openrouter",
        label: "bad",
        secret: "sk-or-v1-bad-key-of-the-tests-0123456789",
      });
      assert.equal((await keys.test(good.id)).ok, true);
      const refused = await keys.test(bad.id);
      assert.equal(refused.ok, false);
      await keys.delete(good.id);
      await keys.delete(bad.id);
    });

    it("says what it has spent, to the last digit", async () => {
      const { providerKeys: keys } = user.workspace;
      const made = await keys.create({ provider: "openrouter", label: "spender", secret: `${SECRET}-spender` });
      assert.deepEqual([made.spentThisMonthUsd, made.spentUsd], ["0", "0"]);
      let billed = "0";
      for (let n = 0; n < 2; n++) {
        const asked = await ask(user, PAID);
        await asked.heard.end(asked.assistantMessage.id);
        const [call] = await theApp().simulator.calls(asked.userMessage.content);
        billed = addUsd(billed, plainDecimal(call!.billed!));
      }
      const [listed] = (await keys.list()).data;
      assert.notEqual(billed, "0");
      assert.deepEqual([listed!.id, listed!.spentThisMonthUsd, listed!.spentUsd], [made.id, billed, billed]);
      assert.ok(listed!.lastUsedAt !== null);
      await keys.delete(made.id);
    });
  });

  describe("several provider keys", () => {
    let user: Account;

    before(async () => {
      user = await theApp().aUser();
      const { providerKeys: keys } = user.workspace;
      const make = (label: string, secret: string, priority: number) =>
        keys.create({ provider: "openrouter", label, secret, priority });
      await make("good", `sk-or-v1-good-${crypto.randomUUID()}`, 30);
      await make("unknown", `sk-or-bad-${crypto.randomUUID()}`, 10);
      await make("poor", `sk-or-poor-${crypto.randomUUID()}`, 20);
    });

    const listed = async () => (await user.workspace.providerKeys.list()).data;

    it("answer through the next one when a key is refused or out of money, which then rest", async () => {
      const asked = await ask(user, PAID);
      const { message } = await asked.heard.end(asked.assistantMessage.id);
      assert.equal(message.status, "completed");
      const { data } = await user.workspace.calls({ messageId: message.id });
      assert.deepEqual(data.map(({ errorCode, costUsd }) => [errorCode, costUsd === "0"]).reverse(), [
        ["invalid_key", true],
        ["insufficient_credits", true],
        [null, false],
      ]);
      const [unknown, poor, good] = await listed();
      assert.deepEqual([unknown!.pausedReason, unknown!.pausedUntil], ["invalid_key", null]);
      assert.equal(poor!.pausedReason, "insufficient_credits");
      const restMs = Date.parse(poor!.pausedUntil!) - Date.now();
      assert.ok(restMs > 9 * 60_000 && restMs <= 10 * 60_000, `${restMs}`);
      assert.equal(good!.pausedReason, null);
      const again = await ask(user, PAID);
      await again.heard.end(again.assistantMessage.id);
      assert.equal((await user.workspace.calls({ messageId: again.assistantMessage.id })).data.length, 1);
    });

    it("come back when they are tested, changed or switched on", async () => {
      const { providerKeys: keys } = user.workspace;
      const [unknown, poor] = await listed();
      assert.equal((await keys.test(unknown!.id)).ok, false);
      assert.equal((await listed())[0]!.pausedReason, "invalid_key");
      assert.equal((await keys.test(poor!.id)).ok, true);
      assert.equal((await listed())[1]!.pausedReason, null);
      assert.equal((await keys.update(unknown!.id, { enabled: true })).pausedReason, null);
      assert.equal((await keys.test(unknown!.id)).ok, false);
      const rotated = await keys.rotate(unknown!.id, { secret: `sk-or-v1-mended-${crypto.randomUUID()}` });
      assert.deepEqual([rotated.pausedReason, rotated.pausedUntil], [null, null]);
      const asked = await ask(user, PAID);
      await asked.heard.end(asked.assistantMessage.id);
      const calls = await user.workspace.calls({ messageId: asked.assistantMessage.id });
      assert.deepEqual(
        calls.data.map(({ providerKeyId }) => providerKeyId),
        [unknown!.id],
      );
    });

    it("serve the gateway in the same way", async () => {
      const { providerKeys: keys, apiKeys } = user.workspace;
      const [mended] = await listed();
      await keys.rotate(mended!.id, { secret: `sk-or-bad-${crypto.randomUUID()}` });
      const { token } = await apiKeys.create({ name: "gateway", scopes: ["gateway"] });
      for (const stream of [false, true]) {
        const answer = await fetch(`${theApp().baseUrl}/v1/chat/completions`, {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify({ model: PAID, stream, messages: [{ role: "user", content: "hello" }] }),
        });
        assert.equal(answer.status, 200, await answer.clone().text());
        await answer.text();
        if (!stream) await keys.rotate(mended!.id, { secret: `sk-or-bad-${crypto.randomUUID()}` });
      }
      assert.equal((await listed())[0]!.pausedReason, "invalid_key");
      const { data } = await user.workspace.calls({});
      const gateway = data.filter(({ kind }) => kind === "gateway");
      assert.ok(gateway.length >= 5, `${gateway.length}`);
    });

    it("tell the refusal of the last one when none is left, and never call at the operator's cost", async () => {
      for (const { id } of await listed())
        await user.workspace.providerKeys.rotate(id, { secret: `sk-or-bad-${crypto.randomUUID()}` });
      const asked = await ask(user, PAID);
      const { message } = await asked.heard.end(asked.assistantMessage.id);
      assert.deepEqual([message.status, message.error?.code], ["failed", "invalid_key"]);
      const { data } = await user.workspace.calls({ messageId: message.id });
      assert.equal(data.length, 3);
      assert.ok((await listed()).every(({ pausedReason }) => pausedReason === "invalid_key"));
    });
  });
}
