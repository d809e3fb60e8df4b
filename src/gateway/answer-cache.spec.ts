// What a workspace keeps of the gateway's answers: bounded, sealed, its own, and gone in time.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import type { Actor } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { RotateWorkspaceKey } from "#src/vault/rotate-workspace-key";
import { SealedAnswers } from "#src/vault/sealed-answers";
import { WorkspacesService } from "#src/workspaces/workspaces.service";
import { World } from "../../test/app/world.js";
import { AnswerCache } from "./answer-cache.js";
import { AnswerCopy, MOST_ANSWER_BYTES } from "./answer-copy.js";
import { ExpireAnswers } from "./expire-answers.js";
import { GatewaySettingsService } from "./gateway-settings.js";

const SECRET_TEXT = "what nobody may read in the file";
const answerOf = (text: string) => ({ contentType: "application/json", bytes: Buffer.from(text) });
const asking = (text: string) => [Buffer.from("/chat/completions"), Buffer.from(text)];

for (const kind of ["sqlite", "postgres"] as const) {
  describe(`kept answers, on ${kind}`, () => {
    let world: World;
    let cache: AnswerCache;
    let settings: GatewaySettingsService;
    const db = () => world.get(Database);
    before(async () => {
      world = await World.start({}, kind);
      cache = new AnswerCache(db(), world.get(SealedAnswers));
      // The port's class is its token; `get` takes classes that can be made.
      settings = new GatewaySettingsService(db(), cache, world.get(AuditTrail as never));
    });
    after(() => world.stop());

    async function anOwner(): Promise<Actor> {
      const owner = await world.anOwner();
      await settings.update(owner, { cacheEnabled: true });
      return owner;
    }
    const rows = (workspaceId: string) =>
      db().query<{ sealed: string }>("SELECT sealed FROM gateway_answers WHERE workspace_id = ?", [workspaceId]);
    const found = async ({ workspaceId }: Actor, text: string) =>
      (await cache.find(workspaceId, asking(text)))?.bytes.toString();

    it("come back as they were, to the same request of the same workspace alone, and are not to be read in the file", async () => {
      const [owner, other] = [await anOwner(), await anOwner()];
      await cache.keep(owner.workspaceId, asking("a"), answerOf(SECRET_TEXT));
      await cache.keep(other.workspaceId, asking("b"), answerOf("theirs"));
      assert.equal(await found(owner, "a"), SECRET_TEXT);
      assert.deepEqual([await found(owner, "b"), await found(other, "a")], [undefined, undefined]);
      const [row] = await rows(owner.workspaceId);
      assert.ok(!Buffer.from(row!.sealed, "base64").includes(SECRET_TEXT.slice(0, 8)));
    });

    it("are none where nobody wants them, and none that is no text", async () => {
      const owner = await world.anOwner();
      await cache.keep(owner.workspaceId, asking("a"), answerOf("x"));
      await settings.update(owner, { cacheEnabled: true });
      await cache.keep(owner.workspaceId, asking("a"), { contentType: "x", bytes: Buffer.from([0xff, 0xfe]) });
      assert.equal((await cache.size(owner.workspaceId)).answers, 0);
    });

    it("make room: the oldest go", async () => {
      const owner = await anOwner();
      for (const text of ["1", "2", "3"]) {
        await cache.keep(owner.workspaceId, asking(text), answerOf(text.repeat(100)), 250);
        await db().execute("UPDATE gateway_answers SET created_at = created_at - 10 WHERE workspace_id = ?", [
          owner.workspaceId,
        ]);
      }
      assert.deepEqual(await cache.size(owner.workspaceId), { answers: 2, bytes: 200 });
      assert.equal(await found(owner, "1"), undefined);
      assert.equal(await found(owner, "3"), "3".repeat(100));
    });

    it("end with their time, and do not open with another one", async () => {
      const owner = await anOwner();
      await cache.keep(owner.workspaceId, asking("a"), answerOf("x"));
      const move = (ms: number) =>
        db().execute("UPDATE gateway_answers SET expires_at = expires_at + ? WHERE workspace_id = ?", [
          ms,
          owner.workspaceId,
        ]);
      await move(1);
      assert.equal(await found(owner, "a"), undefined, "a time that somebody made longer");
      await move(-1);
      assert.equal(await found(owner, "a"), "x");
      await settings.update(owner, { cacheTtlSeconds: 60 });
      assert.equal((await cache.size(owner.workspaceId)).answers, 0, "would outlast the new time");
      await cache.keep(owner.workspaceId, asking("a"), answerOf("x"));
      await move(-60_000);
      assert.equal(await found(owner, "a"), undefined);
      const expire = new ExpireAnswers(db(), new Logger({ level: "silent", service: "test" }));
      assert.equal(await expire.look(), 1);
      assert.equal((await rows(owner.workspaceId)).length, 0);
    });

    it("are gone with a new workspace key, with the switch, and with the workspace", async () => {
      const owner = await anOwner();
      await cache.keep(owner.workspaceId, asking("a"), answerOf("x"));
      await world.get(RotateWorkspaceKey).execute(owner.workspaceId, owner);
      assert.equal(await found(owner, "a"), undefined);
      await cache.keep(owner.workspaceId, asking("a"), answerOf("y"));
      assert.equal(await found(owner, "a"), "y");
      await settings.update(owner, { cacheEnabled: false });
      assert.equal((await rows(owner.workspaceId)).length, 0);
      await settings.update(owner, { cacheEnabled: true });
      await cache.keep(owner.workspaceId, asking("a"), answerOf("z"));
      await world.get(WorkspacesService).delete(owner);
      assert.equal((await rows(owner.workspaceId)).length, 0);
    });
  });
}

describe("a copy of an answer", () => {
  it("comes out complete, or not at all", () => {
    const copy = new AnswerCopy();
    copy.add(Buffer.from("ab"));
    assert.equal(copy.answer, undefined);
    copy.complete("x");
    assert.deepEqual(copy.answer, { contentType: "x", bytes: Buffer.from("ab") });
    const long = new AnswerCopy();
    long.add(Buffer.alloc(MOST_ANSWER_BYTES));
    long.add(Buffer.from("x"));
    long.complete("x");
    assert.equal(long.answer, undefined);
  });
});
