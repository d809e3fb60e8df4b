// A call of the gateway ends within a second when its key does, on whichever process that was said; other changes leave it alone.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ApiKeyInput, CreatedApiKey } from "#libs/client/index";
import type { Account } from "../../app/account.js";
import { within } from "../../app/patience.js";
import { Stage } from "./stage.js";

/** What the product promises, ms. */
const PROMISED_MS = 1_000;

describe("a call of the gateway", () => {
  let stage: Stage;
  let owner: Account;

  before(async () => {
    stage = await Stage.open({ apis: 2 });
    owner = stage.user;
  });
  after(() => stage?.close());

  const aKey = (input: Partial<ApiKeyInput> = {}, of = owner): Promise<CreatedApiKey> =>
    of.client.workspace(owner.workspaceId).apiKeys.create({ name: "call", scopes: ["gateway"], ...input });

  /** A stream that has begun. */
  async function aStream(token: string, model = "sim/tokens:2000,rate:100") {
    const leaving = new AbortController();
    const response = await fetch(`${stage.app.baseUrls[1]}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ model, stream: true, messages: [{ role: "user", content: "x" }] }),
      signal: leaving.signal,
    });
    assert.equal(response.status, 200);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value ?? "";
    const more = async () => {
      const { done, value = "" } = await reader.read();
      text += value;
      return !done;
    };
    const ended = async () => {
      while (await more());
      return text;
    };
    return { more, ended: () => within(ended(), "the end of the stream"), leave: () => leaving.abort() };
  }

  async function endsBy(token: string, act: () => Promise<unknown>): Promise<void> {
    const stream = await aStream(token);
    const ended = stream.ended();
    await act();
    const start = performance.now();
    const text = await ended;
    const ms = performance.now() - start;
    assert.ok(ms < PROMISED_MS, `${ms} ms`);
    assert.match(text, /"code":401/);
    assert.doesNotMatch(text, /\[DONE\]/);
  }

  it("ends when the key is revoked", async () => {
    const { id, token } = await aKey();
    await endsBy(token, () => owner.workspace.apiKeys.revoke(id));
  });

  it("ends when the key is narrowed, and when its time has come", async () => {
    const { id, token } = await aKey();
    await endsBy(token, () => owner.workspace.apiKeys.update(id, { scopes: ["read"] }));
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const short = await aKey({ expiresAt });
    await endsBy(short.token, () => new Promise((resolve) => setTimeout(resolve, Date.parse(expiresAt) - Date.now())));
  });

  it("ends when its member is demoted or removed", async () => {
    const { update, remove } = owner.workspace.members;
    for (const change of [(userId: string) => update(userId, { role: "viewer" }), (userId: string) => remove(userId)]) {
      const member = await stage.app.aUser();
      const { token } = await owner.workspace.invites.create({ role: "member" });
      await member.client.workspaces.accept({ token });
      const key = await aKey({}, member);
      await endsBy(key.token, () => change(member.me.user.id));
    }
  });

  it("goes on when only a limit is changed", async () => {
    const { id, token } = await aKey();
    const stream = await aStream(token, "sim/tokens:150,rate:100");
    for (const requestsPerMinute of [10, 20, null]) {
      await owner.workspace.apiKeys.update(id, { requestsPerMinute });
      assert.equal(await stream.more(), true);
    }
    assert.match(await stream.ended(), /\[DONE\]/);
    await endsBy(token, () => owner.workspace.apiKeys.revoke(id));
  });
});
