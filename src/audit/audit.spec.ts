// The audit log holds what was recorded, and every kind of tampering is found at the event at which it was done.
import assert from "node:assert/strict";
import { appendFile, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { DataSource } from "typeorm";
import { Database } from "#libs/database/index";
import { AuditTrail } from "#src/auth/audit-trail";
import { World } from "../../test/app/world.js";
import { AnchorHeads } from "./anchor-heads.js";
import { Anchors } from "./anchors.js";
import { AuditLog } from "./audit-log.js";
import { AuditVerifier } from "./audit-verifier.js";
import { INSTANCE } from "./chain.js";
import { EraseDetail } from "./erase-detail.js";

const EVENTS = 12;

for (const kind of ["sqlite", "postgres"] as const) {
  describe(`the audit log on ${kind}`, () => {
    let world: World;
    let db: Database;
    let verifier: AuditVerifier;
    /** A connection that the triggers do not stop, as somebody with the database's password has it. */
    let intruder: DataSource;
    let chains = 0;

    before(async () => {
      world = await World.start({}, kind);
      await world.launch();
      [db, verifier] = [world.get(Database), world.get(AuditVerifier)];
      const { database } = world.config;
      intruder = await new DataSource(
        database.kind === "postgres"
          ? { type: "postgres", url: database.url }
          : { type: "better-sqlite3", database: database.file, timeout: 5_000 },
      ).initialize();
      const drop =
        kind === "sqlite"
          ? ["DROP TRIGGER tr_audit_events_update", "DROP TRIGGER tr_audit_events_delete"]
          : ["DROP TRIGGER tr_audit_events_kept ON audit_events"];
      await record(INSTANCE);
      for (const sql of ["UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events"])
        await assert.rejects(db.execute(sql), /only added/);
      for (const sql of drop) await intruder.query(sql);
    });
    after(async () => {
      await intruder.destroy();
      await world.stop();
    });

    const trail = (process = 0): AuditTrail => world.get(AuditTrail as never, process);

    async function record(chain: string, n = 0, process = 0): Promise<void> {
      await trail(process).record({
        action: "member.role_changed",
        workspaceId: chain === INSTANCE ? null : chain,
        actor: { userId: "ann" },
        target: { type: "account", id: `person-${n}` },
        facts: { from: "member", to: "admin" },
        personal: { email: `person-${n}@example.test` },
      });
    }

    async function aChain(): Promise<string> {
      const chain = `chain-${++chains}`;
      for (let n = 1; n <= EVENTS; n++) await record(chain, n);
      assert.deepEqual((await verifier.verify(chain)).fault, null);
      return chain;
    }

    const run = (sql: string) => intruder.query(sql);

    it("keeps order without a gap when two processes write at once, and rolls back with the act", async () => {
      const chain = `chain-${++chains}`;
      await Promise.all(
        Array.from({ length: 60 }, (_, n) =>
          n % 10 === 0
            ? db
                .transaction(async () => {
                  await record(chain, n);
                  throw new Error("the act failed");
                })
                .catch(() => undefined)
            : record(chain, n, n % 2),
        ),
      );
      const { head, fault } = await verifier.verify(chain);
      assert.deepEqual([head.seq, fault], [54, null]);
    });

    it("shows newest first, page by page, by what is looked for", async () => {
      const chain = await aChain();
      const log = world.get(AuditLog);
      const first = await log.list(chain, { limit: 5 });
      assert.deepEqual(
        first.map(({ seq }) => seq),
        [12, 11, 10, 9, 8, 7],
      );
      const [event] = await log.list(chain, { limit: 5, targetId: "person-3" });
      assert.deepEqual(event?.facts, { from: "member", to: "admin" });
      assert.deepEqual(event?.personal, { email: "person-3@example.test" });
      assert.deepEqual(await log.list(chain, { limit: 5, action: "workspace.renamed" }), []);
      assert.deepEqual(
        (await log.list(chain, { limit: 1, beforeSeq: 3 })).map(({ seq }) => seq),
        [2, 1],
      );
    });

    it("erases a person's detail, also what was copied elsewhere, and still holds", async () => {
      const chain = await aChain();
      const [{ detail } = { detail: "" }] = (await run(
        `SELECT detail FROM audit_events WHERE chain = '${chain}' AND seq = 1`,
      )) as { detail: string }[];
      assert.ok(!Buffer.from(detail, "base64").includes("example.test"));
      await world.get(EraseDetail).execute("ann");
      assert.deepEqual(
        (await world.get(AuditLog).list(chain, { limit: 1 })).map(({ personal }) => personal),
        [null, null],
      );
      assert.equal((await verifier.verify(chain)).fault, null);
      await assert.rejects(world.get(EraseDetail).execute("ann"), { status: 404 });
      const [erased] = await world.get(AuditLog).list(INSTANCE, { limit: 1 });
      assert.deepEqual([erased?.action, erased?.targetId, erased?.personal], ["audit.detail_erased", "ann", null]);
      // What comes later is kept again.
      await record(chain, 7);
      assert.ok((await world.get(AuditLog).list(chain, { limit: 1 }))[0]?.personal);
    });

    it("erases what belongs to nobody known by its month", async () => {
      const month = new Date().toISOString().slice(0, 7);
      const entry = { action: "session.refused" as const, workspaceId: null, actor: null };
      await trail().record({ ...entry, personal: { email: "guessed@example.test" } });
      const newest = async () => (await world.get(AuditLog).list(INSTANCE, { limit: 1, action: entry.action }))[0];
      assert.deepEqual((await newest())?.personal, { email: "guessed@example.test" });
      await world.get(EraseDetail).execute(month);
      assert.equal((await newest())?.personal, null);
      assert.equal((await verifier.verify(INSTANCE)).fault, null);
    });

    /** Kind of tampering → what the intruder does to event 6 of a chain → the fault that is named. */
    const tampering: Record<string, [(chain: string) => Promise<unknown>, { seq: number; kind: string }]> = {
      "a changed event": [
        (chain) => run(`UPDATE audit_events SET user_id = 'bob' WHERE chain = '${chain}' AND seq = 6`),
        { seq: 6, kind: "changed" },
      ],
      "a changed detail": [
        (chain) => run(`UPDATE audit_events SET detail = 'AAAA' WHERE chain = '${chain}' AND seq = 6`),
        { seq: 6, kind: "changed" },
      ],
      "a deleted event": [
        (chain) => run(`DELETE FROM audit_events WHERE chain = '${chain}' AND seq = 6`),
        { seq: 6, kind: "missing" },
      ],
      "an inserted event": [
        async (chain) => {
          for (let seq = EVENTS; seq >= 6; seq--)
            await run(`UPDATE audit_events SET seq = ${seq + 1} WHERE chain = '${chain}' AND seq = ${seq}`);
          await run(
            `INSERT INTO audit_events SELECT chain, 6, at, action, user_id, key_id, target_type, target_id, facts, subject, detail, mac FROM audit_events WHERE chain = '${chain}' AND seq = 5`,
          );
        },
        { seq: 6, kind: "changed" },
      ],
      "two that changed places": [
        async (chain) => {
          await run(`UPDATE audit_events SET seq = 1000 WHERE chain = '${chain}' AND seq = 6`);
          await run(`UPDATE audit_events SET seq = 6 WHERE chain = '${chain}' AND seq = 7`);
          await run(`UPDATE audit_events SET seq = 7 WHERE chain = '${chain}' AND seq = 1000`);
        },
        { seq: 6, kind: "changed" },
      ],
      "an end that was cut off": [
        (chain) => run(`DELETE FROM audit_events WHERE chain = '${chain}' AND seq >= 6`),
        { seq: 6, kind: "truncated" },
      ],
      "a chain written anew without the key": [
        async (chain) => {
          const other = await aChain();
          await run(`DELETE FROM audit_events WHERE chain = '${chain}' AND seq >= 6`);
          await run(`UPDATE audit_events SET chain = '${chain}' WHERE chain = '${other}' AND seq >= 6`);
        },
        { seq: 6, kind: "changed" },
      ],
    };
    for (const [what, [tamper, fault]] of Object.entries(tampering)) {
      it(`finds ${what}`, async () => {
        const chain = await aChain();
        await tamper(chain);
        const found = await verifier.verify(chain);
        assert.deepEqual(found.fault, fault);
        assert.equal(found.head.seq, fault.seq - 1);
      });
    }

    it("finds an end that was cut off together with its head, and a past that went another way, by the anchors outside", async () => {
      const [cut, forked] = [await aChain(), await aChain()];
      const heads = await db.query<{ chain: string; seq: number; mac: string }>(
        "SELECT chain, seq, mac FROM audit_heads",
      );
      const at = async (chain: string, seq: number) =>
        (await run(`SELECT mac FROM audit_events WHERE chain = '${chain}' AND seq = ${seq}`))[0].mac as string;
      await new AnchorHeads(db, world.get(Anchors), undefined as never).execute();
      assert.ok(heads.some(({ chain }) => chain === cut));
      for (const chain of [cut, forked]) {
        const mac = await at(chain, 5);
        await run(`DELETE FROM audit_events WHERE chain = '${chain}' AND seq >= 6`);
        await run(`UPDATE audit_heads SET seq = 5, mac = '${mac}' WHERE chain = '${chain}'`);
      }
      assert.deepEqual((await verifier.verify(cut)).fault, { seq: 6, kind: "truncated" });
      // The instance itself goes on from an older copy: every seal is right, but it is not what was anchored.
      for (let n = 6; n <= EVENTS; n++) await record(forked, 100 + n);
      assert.deepEqual((await verifier.verify(forked)).fault, { seq: EVENTS, kind: "anchor" });
      await rm(join(world.config.dataDir, "audit-anchors"), { recursive: true });
    });

    it("holds a chain against what is left of its anchors when a line was broken off or forged, and names the line", async () => {
      const chain = await aChain();
      const anchors = world.get(Anchors);
      const folder = join(world.config.dataDir, "audit-anchors");
      const head = async () => ({ chain, ...(await verifier.headOf(chain))! });
      await anchors.note([await head()]);
      const file = join(folder, (await readdir(folder))[0]!);
      // A power cut, in the middle of a line.
      await appendFile(file, '{"chain":"x","seq":');
      await record(chain, 100);
      await anchors.note([await head()]);
      // A forged one: it would say that the chain has another past.
      const forged = { ...(await head()), seq: 3, at: Date.now(), sig: "0".repeat(64) };
      await appendFile(file, `${JSON.stringify(forged)}\n`);
      const name = `audit-anchors/${basename(file)}`;
      const found = await verifier.verify(chain);
      assert.deepEqual([found.fault, found.anchors], [null, 2]);
      assert.deepEqual(found.damagedAnchors, [`${name}, line 2`, `${name}, line 4`]);
      await rm(folder, { recursive: true });
    });
  });
}
