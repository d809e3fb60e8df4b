// What an operator relies on: health that tells the truth, metrics, the queue dashboard, and a Redis that may go away.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CookieJar, type SentMessages } from "#libs/client/index";
import type { App } from "../app/app.js";
import { until, within } from "../app/patience.js";
import { ask, textOf, uniqueText, upTo } from "./ask.js";

export function operations(theApp: () => App): void {
  describe("an instance", () => {
    async function readiness(): Promise<{ status: number; body: { down?: string[] } }> {
      const response = await fetch(`${theApp().baseUrl}/health/ready`);
      return { status: response.status, body: (await response.json()) as { down?: string[] } };
    }

    async function untilReadiness(status: number): Promise<{ down?: string[] }> {
      for (;;) {
        const now = await readiness();
        if (now.status === status) return now.body;
        await sleep(50);
      }
    }

    it("shows its queues to its owner, and to nobody else", async () => {
      const app = theApp();
      const asks = async (headers: Record<string, string>) =>
        (await fetch(`${app.baseUrl}/admin/queues`, { headers })).status;
      const { email, password } = app.operator;
      const cookies = new CookieJar();
      await app.client({ cookies }).auth.login({ email, password });
      assert.equal(await asks({ cookie: cookies.header() }), 200);
      assert.equal(await asks({ cookie: (await app.aUser()).jar.header() }), 404);
      assert.equal(await asks({}), 404);
    });

    it("counts what it does", async () => {
      const text = await (await fetch(`${theApp().baseUrl}/metrics`)).text();
      assert.match(text, /^# TYPE \w+ (counter|histogram|gauge)$/m);
    });

    it("accepts messages while Redis is away, and answers them when it is back, empty", async () => {
      const app = theApp();
      const user = await app.aUser();
      const { id: conversationId } = await user.aConversation({ model: "sim/tokens:20" });
      const { session } = user.open(conversationId);
      await until(session, () => session.getSnapshot().state === "live", "the join");
      const content = uniqueText();
      const body = { clientMessageId: crypto.randomUUID(), content };
      await app.redis.kill();
      let sent: SentMessages;
      try {
        const { down = [] } = await within(untilReadiness(503), "readiness to fail");
        assert.ok(down.includes("redis"), down.join());
        assert.equal((await fetch(`${app.baseUrl}/health/live`)).status, 200);
        sent = await user.workspace.messages.send(conversationId, body);
      } finally {
        await app.redis.launch({ empty: true });
      }
      const { id, status } = sent.assistantMessage;
      assert.equal(status, "pending");
      await within(untilReadiness(200), "readiness to return");
      const view = () => session.message(id)?.getSnapshot();
      await until(session, () => view()?.message.status === "completed", "the answer, live");
      assert.match(view()?.text ?? "", /^t0 t1 /);
      assert.equal((await app.simulator.calls(content)).length, 1);
    });

    it("goes on with an answer whose live log was lost with Redis, and the tabs see all of it", async () => {
      const app = theApp();
      const user = await app.aUser();
      const asked = await ask(user, "sim/tokens:150,rate:50");
      const { id } = asked.assistantMessage;
      await asked.heard.deltasOf(id, 5);
      await app.killRedis({ empty: true });
      const { event, message } = await asked.heard.end(id);
      assert.equal(event, "message:completed");
      const deltas = asked.heard.deltas(id);
      assert.deepEqual(
        deltas.map(({ seq }) => seq),
        upTo(deltas.length),
      );
      assert.equal(textOf(deltas), message.content);
      assert.equal(message.usage?.completionTokens, 150);
      const again = await user.join(asked.conversation.id, { [id]: 3 }, 1);
      await again.heard.end(id);
      assert.deepEqual(again.heard.deltas(id), deltas.slice(3));
    });

    it("takes over from a killed worker: kept text is interrupted, an answer that had not begun is begun anew", async () => {
      const app = theApp();
      const user = await app.aUser();
      const begun = await ask(user, "sim/tokens:2000,rate:50");
      const waiting = await ask(user, "sim/tokens:5,first:1500");
      const seen = await begun.heard.deltasOf(begun.assistantMessage.id, 5);
      await app.kill("worker");
      await app.launch("worker");
      const [one, two] = await Promise.all([
        begun.heard.end(begun.assistantMessage.id),
        waiting.heard.end(waiting.assistantMessage.id),
      ]);
      assert.equal(one.event, "message:interrupted");
      assert.ok(one.message.content.startsWith(textOf(seen)));
      assert.equal(textOf(begun.heard.deltas(one.message.id)), one.message.content);
      assert.equal(two.event, "message:completed");
      assert.match(two.message.content, /^t0 t1 t2 t3 t4 /);
      await begun.heard.event("message:settled", ({ messageId }) => messageId === one.message.id);
    });
  });
}
