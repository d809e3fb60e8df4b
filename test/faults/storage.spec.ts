// A full disk and a locked database: the documented answer, nothing half-done, processes that stay up, and all is well afterwards.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ParleyError } from "#libs/client/index";
import type { Account } from "../app/account.js";
import { App } from "../app/app.js";
import { SmallDisk } from "./small-disk.js";

// The package ships no types.
const Sqlite = createRequire(import.meta.url)("better-sqlite3") as new (
  file: string,
) => { exec(sql: string): void; close(): void };

const disk = SmallDisk.mount(24);

async function refusal(attempt: Promise<unknown>): Promise<ParleyError> {
  const error = await attempt.then(
    () => assert.fail("was accepted"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ParleyError, String(error));
  return error;
}

const body = (content: string) => ({ clientMessageId: crypto.randomUUID(), content });

describe("a full disk", { skip: typeof disk === "string" ? disk : false }, () => {
  const small = disk as SmallDisk;
  let app: App;
  let ann: Account;

  before(async () => {
    app = await App.start({ env: { DATA_DIR: small.path } });
    ann = await app.aUser();
  });
  after(async () => {
    await app.stop();
    small.unmount();
  });

  it("refuses writes with 507, answers reads, and takes the same writes once there is room", async () => {
    const { id } = await ann.aConversation({ title: "before" });
    const { socket } = await ann.listen();
    const pids = app.pids;
    small.fill();
    const sent = body("while the disk is full ".repeat(400));
    const refused = await refusal(ann.workspace.messages.send(id, sent));
    assert.deepEqual([refused.status, refused.code, refused.retryable], [507, "storage_full", true]);
    const overSocket = await refusal(
      socket.send("message:send", { ...sent, workspaceId: ann.workspaceId, conversationId: id }, { retries: 0 }),
    );
    assert.equal(overSocket.code, "storage_full");
    assert.equal((await ann.workspace.conversations.get(id)).title, "before");
    assert.equal((await ann.workspace.conversations.messages(id)).data.length, 0);
    small.free();
    const { assistantMessage } = await ann.workspace.messages.send(id, sent);
    await ended(assistantMessage.id);
    assert.equal((await ann.workspace.conversations.messages(id)).data.length, 2);
    assert.deepEqual(app.pids, pids);
    assert.equal((await fetch(`${app.baseUrl}/health/ready`)).status, 200);
  });

  it("that fills up in mid-stream loses nothing: the answer ends once, with what the provider sent and charged", async () => {
    const { id } = await ann.aConversation({ model: "sim/tokens:120,rate:60" });
    const { heard } = await ann.join(id);
    const { assistantMessage } = await ann.workspace.messages.send(id, body("fills up"));
    await heard.deltasOf(assistantMessage.id, 1);
    small.fill();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    small.free();
    const message = await ended(assistantMessage.id);
    // A worker that could not renew its lease for so long has lost it: then the text that was seen is what stays.
    assert.ok(["completed", "interrupted"].includes(message.status), message.status);
    const seen = heard.deltas(message.id).map(({ text }) => text ?? "");
    assert.equal(seen.join(""), message.content);
    assert.equal(heard.ends(message.id).length, 1);
    assert.ok(Number(await costOf(message.id)) > 0);
  });

  async function costOf(messageId: string): Promise<string> {
    for (;;) {
      const { costUsd } = await ann.workspace.messages.get(messageId);
      if (costUsd != null) return costUsd;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async function ended(messageId: string) {
    for (;;) {
      const message = await ann.workspace.messages.get(messageId);
      if (message.completedAt) return message;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
});

describe("a database that another program has locked", () => {
  let app: App;
  let ann: Account;

  before(async () => {
    app = await App.start();
    ann = await app.aUser();
  });
  after(() => app.stop());

  it("answers reads, refuses writes with 503 after a few seconds, and takes them again afterwards", async () => {
    const { id } = await ann.aConversation({ title: "before" });
    const pids = app.pids;
    const other = new Sqlite(join(app.folder, "data", "parley.db"));
    other.exec("BEGIN IMMEDIATE");
    const sent = body("while it is locked");
    const refusing = refusal(ann.workspace.messages.send(id, sent));
    // The wait for the lock does not hold up anything else.
    assert.equal((await ann.workspace.conversations.get(id)).title, "before");
    const refused = await refusing;
    assert.deepEqual([refused.status, refused.retryable], [503, true]);
    other.exec("ROLLBACK");
    other.close();
    const { userMessage } = await ann.workspace.messages.send(id, sent);
    assert.equal(userMessage.content, sent.content);
    assert.deepEqual(app.pids, pids);
  });
});
