// Sealing again: what still is under an older key, how it gets done, and that a rotation ends only when nothing is left.
import assert from "node:assert/strict";
import { describe, it, mock, type TestContext } from "node:test";
import { type Config } from "#libs/config/index";
import { type Database } from "#libs/database/index";
import { type AuditTrail } from "#src/auth/audit-trail";
import { type ProviderKey } from "./provider-key.entity.js";
import { type ProviderKeysRepository } from "./provider-keys.repository.js";
import { RotateWorkspaceKey, type RotationProgress } from "./rotate-workspace-key.js";
import { SealAgain } from "./seal-again.js";
import { type SealedLogs } from "./sealed-logs.js";
import { seal } from "./sealing.js";
import { type VaultService } from "./vault.service.js";
import { type WorkspaceDeksRepository } from "./workspace-deks.repository.js";

const WORKSPACE = "w1";
const PLACE = { table: "t", column: "c", workspaceId: WORKSPACE, rowId: "r", secretVersion: 1, origin: "" };
const sealedWith = (version: number) => seal({ key: Buffer.alloc(32, version), version }, PLACE, "a secret");

/** A workspace with secrets of these versions, and as many logged calls under an older key. */
function aWorkspace(versions: readonly number[], logged = 0) {
  const rows = versions.map((version, at) => ({ id: `key-${at}`, sealed: sealedWith(version) }) as ProviderKey);
  let older = logged;
  const db = {
    transaction: mock.fn(async <T>(work: () => Promise<T>) => work()),
    emptyLog: mock.fn(async () => undefined),
  };
  const table = {
    all: mock.fn(async () => rows),
    reseal: mock.fn(async (row: ProviderKey, sealed: string) => {
      row.sealed = sealed;
    }),
  };
  const logs = {
    hasOlder: async () => older > 0,
    sealSomeAgain: mock.fn(async () => {
      older -= 1;
    }),
  };
  const sealing = new SealAgain(
    db as unknown as Database,
    table as unknown as ProviderKeysRepository,
    { sealAgain: async () => sealedWith(2) } as unknown as VaultService,
    logs as unknown as SealedLogs,
  );
  return { sealing, rows, db, table, logs };
}

describe("what is sealed again", () => {
  it("is counted apart from what is under the key, or under a newer one", async () => {
    const { sealing } = aWorkspace([1, 2, 3, 1, 2]);
    assert.deepEqual(await sealing.progress(WORKSPACE, 2), { done: 3, left: 2 });
    assert.deepEqual(await sealing.progress(WORKSPACE, 1), { done: 5, left: 0 });
  });

  it("is what is under an older key alone, twenty at a time, each in a transaction of its own", async () => {
    const { sealing, rows, db, table } = aWorkspace([2, ...Array<number>(25).fill(1)]);
    const current = rows[0]!.sealed;
    await sealing.someSecrets(WORKSPACE, 2);
    assert.deepEqual([table.reseal.mock.callCount(), db.transaction.mock.callCount()], [20, 20]);
    assert.ok(table.reseal.mock.calls.every(({ arguments: [row] }) => row !== rows[0]));
    assert.equal(rows[0]!.sealed, current);
    assert.deepEqual(await sealing.progress(WORKSPACE, 2), { done: 21, left: 5 });
  });

  it("is all that was logged, until nothing of it is older", async () => {
    const { sealing, logs } = aWorkspace([], 3);
    await sealing.logged(WORKSPACE, 2);
    assert.equal(logs.sealSomeAgain.mock.callCount(), 3);
  });

  it("is done when neither a secret nor something logged is left", async () => {
    for (const [versions, logged, done] of [
      [[2, 2], 0, true],
      [[2, 1], 0, false],
      [[2, 2], 1, false],
      [[2, 1], 1, false],
    ] as const)
      assert.equal(await aWorkspace(versions, logged).sealing.isDone(WORKSPACE, 2), done, `${versions} and ${logged}`);
  });
});

describe("the end of a rotation", () => {
  /** @param newest the workspace's newest version, with an older one beside it; undefined: it has sealed nothing */
  function aRotation({ mock }: TestContext, sealing: SealAgain, db: object, newest?: number) {
    const deks = {
      lockNewest: async () => newest && { version: newest, state: "active" },
      countOlder: async () => 1,
      lockAll: async () => undefined,
      destroyOlder: mock.fn(async () => undefined),
    };
    const rotation = new RotateWorkspaceKey(
      db as Database,
      {} as Config,
      deks as unknown as WorkspaceDeksRepository,
      sealing,
      {} as AuditTrail,
    );
    return { rotation, deks };
  }

  it("comes only when nothing is left under the lock: what was sealed meanwhile is sealed again first", async (test) => {
    const { sealing, rows, db } = aWorkspace([1], 1);
    const { rotation, deks } = aRotation(test, sealing, db, 2);
    const logged = sealing.logged.bind(sealing);
    test.mock.method(sealing, "logged").mock.mockImplementationOnce(async (...of) => {
      await logged(...of);
      rows.push({ id: "late", sealed: sealedWith(1) } as ProviderKey);
      assert.equal(deks.destroyOlder.mock.callCount(), 0);
    });
    const told: RotationProgress[] = [];
    const end = { version: 2, done: 2, left: 0 };
    assert.deepEqual(await rotation.execute(WORKSPACE, null, (progress) => told.push(progress)), end);
    assert.deepEqual(
      told.map(({ done, left }) => [done, left]),
      [
        [0, 1],
        [1, 0],
        [1, 1],
        [2, 0],
      ],
    );
    assert.deepEqual([deks.destroyOlder.mock.callCount(), db.emptyLog.mock.callCount()], [1, 1]);
  });

  it("leaves nothing of the older key in the database's log, which is let be where nothing was sealed", async (test) => {
    const { sealing, db } = aWorkspace([]);
    const none = { version: 0, done: 0, left: 0 };
    assert.deepEqual(await aRotation(test, sealing, db).rotation.execute(WORKSPACE, null), none);
    assert.equal(db.emptyLog.mock.callCount(), 0);
    await aRotation(test, sealing, db, 2).rotation.execute(WORKSPACE, null);
    assert.equal(db.emptyLog.mock.callCount(), 1);
  });
});
