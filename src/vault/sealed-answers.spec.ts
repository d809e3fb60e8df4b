// Answers at rest: named so that nobody can try prompts against the database, sealed to their place, and gone with the workspace's key.
import assert from "node:assert/strict";
import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { after, before, beforeEach, describe, it } from "node:test";
import { Database } from "#libs/database/index";
import { World } from "../../test/app/world.js";
import { SealedAnswers } from "./sealed-answers.js";
import { open, type SealedPlace } from "./sealing.js";
import { WorkspaceDeksRepository } from "./workspace-deks.repository.js";
import { WorkspaceKeys } from "./workspace-keys.js";

const KEK = `old:${randomBytes(32).toString("base64")}`;
const ANSWER = "an answer that nobody else shall read";
const UNTIL = 1_900_000_000_000;
const parts = (...texts: string[]) => texts.map((text) => Buffer.from(text));

describe("sealed answers", () => {
  let world: World;
  let db: Database;
  let answers: SealedAnswers;
  let keys: WorkspaceKeys;
  let places = 0;
  let workspaceId: string;

  before(async () => {
    world = await World.start({ VAULT_KEYS: KEK });
    [db, answers, keys] = [world.get(Database), world.get(SealedAnswers), world.get(WorkspaceKeys)];
  });
  after(() => world.stop());
  beforeEach(async () => {
    workspaceId = await aWorkspace();
  });

  async function aWorkspace(): Promise<string> {
    places += 1;
    await db.insert("workspaces", { id: `w-${places}`, name: "n", created_at: 0 });
    return `w-${places}`;
  }
  const seal = (of: string, asked: Buffer[], expiresAt = UNTIL) =>
    db.transaction(() => answers.seal({ workspaceId: of, expiresAt }, asked, ANSWER));
  const keyOf = (of: string) => keys.withVersion(of, 1, ({ key }) => Buffer.from(key));

  it("open for the request that they were sealed for, and are not to be read in what is kept", async () => {
    const { request, sealed } = await seal(workspaceId, parts("/chat/completions", "{}"));
    assert.equal(await answers.open({ workspaceId, request, expiresAt: UNTIL }, sealed), ANSWER);
    assert.ok(!Buffer.from(sealed, "base64").includes(ANSWER.slice(0, 6)));
    assert.equal(await answers.nameOf(workspaceId, parts("/chat/completions", "{}")), request);
  });

  it("open in no other workspace, for no other request, with no other end, and not when they were changed", async () => {
    const other = await aWorkspace();
    const [mine, asked] = [await seal(workspaceId, parts("a")), parts("b")];
    const [theirs, another] = [await seal(other, parts("a")), await seal(workspaceId, asked)];
    const place = { workspaceId, request: mine.request, expiresAt: UNTIL };
    assert.equal(await answers.open({ ...place, workspaceId: other }, mine.sealed), undefined);
    assert.equal(await answers.open({ ...place, workspaceId: other, request: theirs.request }, mine.sealed), undefined);
    assert.equal(await answers.open({ ...place, request: another.request }, mine.sealed), undefined);
    assert.equal(await answers.open({ ...place, expiresAt: UNTIL + 1 }, mine.sealed), undefined);
    const flipped = Buffer.from(mine.sealed, "base64");
    flipped[flipped.length - 1]! ^= 1;
    for (const broken of [flipped.toString("base64"), "", "%%%"])
      assert.equal(await answers.open(place, broken), undefined, broken);
    assert.equal(await answers.open(place, mine.sealed), ANSWER);
  });

  it("have names that differ with every part, with the border between two, and with the workspace", async () => {
    const other = await aWorkspace();
    await Promise.all([seal(workspaceId, []), seal(other, [])]);
    const name = async (...texts: string[]) => (await answers.nameOf(workspaceId, parts(...texts)))!;
    const names = [
      ...(await Promise.all([name("ab", "c"), name("a", "bc"), name("abc"), name("ab", "c", ""), name("ab"), name()])),
      await answers.nameOf(other, parts("ab", "c")),
    ];
    assert.equal(new Set(names).size, names.length);
    assert.equal(await name("ab", "c"), names[0]);
  });

  it("stay what they are from one version of the program to the next: what is kept is found and opens", async () => {
    const asked = parts("/chat/completions", "{}");
    const { request, sealed } = await seal(workspaceId, asked);
    const dek = await keyOf(workspaceId);
    // A key of its own for names: whoever learns a name learns nothing of what the workspace's key seals.
    const hmac = createHmac("sha256", Buffer.from(hkdfSync("sha256", dek, "", "gateway-request/1", 32)));
    for (const part of asked) hmac.update(Buffer.from([0, 0, 0, part.length])).update(part);
    assert.equal(request, hmac.digest("hex"));
    const place: SealedPlace = {
      ...{ table: "gateway_answers", column: "sealed", workspaceId, rowId: request },
      ...{ secretVersion: UNTIL, origin: "" },
    };
    assert.equal(open({ key: dek, version: 1 }, place, sealed), ANSWER);
  });

  it("have no name before the workspace has sealed anything, and none is made by asking", async () => {
    assert.equal(await answers.nameOf(workspaceId, parts("a")), undefined);
    assert.equal(await world.get(WorkspaceDeksRepository).newest(workspaceId), undefined);
  });

  it("are gone with the workspace's key: neither named, nor opened, nor sealed", async () => {
    const { request, sealed } = await seal(workspaceId, parts("a"));
    await keys.destroy(workspaceId);
    assert.equal(await answers.nameOf(workspaceId, parts("a")), undefined);
    assert.equal(await answers.open({ workspaceId, request, expiresAt: UNTIL }, sealed), undefined);
    await assert.rejects(seal(workspaceId, parts("a")), { code: "key_destroyed" });
  });

  it("are not said to be none when the operator's key is missing: that is a fault", async () => {
    const { request, sealed } = await seal(workspaceId, parts("a"));
    await db.execute("UPDATE workspace_deks SET kek_id = 'gone' WHERE workspace_id = ?", [workspaceId]);
    const elsewhere = new SealedAnswers(new WorkspaceKeys(world.get(WorkspaceDeksRepository), world.config));
    const lacks = { message: 'VAULT_KEYS lacks the key "gone"' };
    await assert.rejects(elsewhere.nameOf(workspaceId, parts("a")), lacks);
    await assert.rejects(elsewhere.open({ workspaceId, request, expiresAt: UNTIL }, sealed), lacks);
  });
});
