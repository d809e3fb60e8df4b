// The models on offer with their prices, and the workspace's own provider keys: written, used, never read again.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { allOf, type Model } from "#libs/client/index";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { ask } from "./ask.js";

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
  });
}
