// Logged calls at rest: bound to their row for good, and lost alone when they do not open; a fault is not taken for that.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Database } from "#libs/database/index";
import { SealedLogs } from "./sealed-logs.js";
import { seal } from "./sealing.js";
import { KeyDestroyedError } from "./vault.errors.js";
import { type WorkspaceKey, type WorkspaceKeys } from "./workspace-keys.js";

const BYTES = Buffer.from("what was asked");
const dek = { key: Buffer.alloc(32, 1), version: 1 };
/** Where a log is, as every version of Parley seals it: otherwise none opens what another has kept. */
const PLACE = { table: "gateway_logs", column: "sealed", workspaceId: "w1", rowId: "r1", secretVersion: 1, origin: "" };

/** @param fault of looking for the workspace's key */
function theLogs(fault?: Error): SealedLogs {
  const keys = {
    withVersion: async <T>(_workspaceId: string, _version: number, use: (dek: WorkspaceKey) => T) => {
      if (fault) throw fault;
      return use(dek);
    },
  };
  return new SealedLogs({} as Database, keys as unknown as WorkspaceKeys);
}

describe("a logged call", () => {
  const sealed = seal(dek, PLACE, BYTES);

  it("opens as it was sealed, in its own place", async () => {
    assert.deepEqual(await theLogs().open("w1", "r1", sealed), BYTES);
  });

  it("is lost when it was moved or changed, or its key is gone", async () => {
    assert.equal(await theLogs().open("w1", "r2", sealed), undefined);
    assert.equal(await theLogs().open("w2", "r1", sealed), undefined);
    assert.equal(await theLogs().open("w1", "r1", `${sealed.slice(0, -8)}AAAAAAA=`), undefined);
    assert.equal(await theLogs(new KeyDestroyedError()).open("w1", "r1", sealed), undefined);
  });

  it("is not lost when its key cannot be read at the moment", async () => {
    const fault = new Error("the database is away");
    await assert.rejects(theLogs(fault).open("w1", "r1", sealed), fault);
  });
});
