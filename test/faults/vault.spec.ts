// Vault test V7: keys are rotated at both levels under load, and what rotates is killed again and again. VAULT_FAULT_SECONDS=60 for the nightly run.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, ParleyError } from "#libs/client/index";
import { type Account } from "../app/account.js";
import { App } from "../app/app.js";
import { type Child } from "../app/child.js";

const SECONDS = Number(process.env["VAULT_FAULT_SECONDS"] ?? 20);
const KILL_EVERY_MS = SECONDS * 1_000 > 30_000 ? 5_000 : 2_500;
const [READERS, WRITERS] = [40, 10];
/** Keys that only stay, so that a rotation has something to do. */
const OTHER_KEYS = 30;
/** More than one batch of the master key's rotation. */
const WORKSPACES = 110;
const [OLD, NEW] = ["old", "new"].map((id) => `${id}:${randomBytes(32).toString("base64")}`);

/** As the simulator tells keys apart without keeping them. */
const fingerprintOf = (secret: string): string => createHash("sha256").update(secret).digest("hex").slice(0, 12);

/** What one writer did with its key. */
interface Written {
  keyId: string;
  /** The newest secret that was acknowledged. */
  acked: string;
  /** Those after it whose answer was lost with the process: one of them may be the one. */
  maybe: string[];
}

class Load {
  readonly faults: string[] = [];
  reads = 0;
  writes = 0;
  running = true;
  private readonly apis: Client[];

  constructor(
    app: App,
    private readonly user: Account,
  ) {
    this.apis = app.baseUrls.map((baseUrl) => app.client({ baseUrl, cookies: user.jar }));
  }

  /** Opens a key and asks the provider with it, as fast as it goes. A dead process is no fault: the other is asked. */
  async read(keyIds: readonly string[]): Promise<void> {
    for (let n = 0; this.running; n++) {
      const keyId = keyIds[n % keyIds.length]!;
      const result = await this.keys(n % 2)
        .test(keyId)
        .catch((error: unknown) => (isGone(error) ? this.keys(0).test(keyId) : Promise.reject(error)))
        .catch((error: unknown) => ({ ok: false, message: String(error), code: "thrown" }));
      this.reads += 1;
      if (!result.ok) this.faults.push(`read: ${result.code} ${result.message}`);
    }
  }

  async write(written: Written): Promise<void> {
    for (let n = 0; this.running; n++) {
      const secret = `sk-or-v1-${written.keyId}-${n}`;
      try {
        await this.keys(n % 2).rotate(written.keyId, { secret });
        this.writes += 1;
        Object.assign(written, { acked: secret, maybe: [] });
      } catch (error) {
        if (isGone(error)) written.maybe.push(secret);
        else this.faults.push(`write: ${String(error)}`);
      }
    }
  }

  private keys(api: number) {
    return this.apis[api]!.workspace(this.user.workspaceId).providerKeys;
  }
}

const isGone = (error: unknown): boolean => error instanceof ParleyError && error.code === "network";

/** Runs the command line again and again; `running` holds what may be killed. */
async function rotateAgainAndAgain(load: Load, start: (n: number) => Child, running: Set<Child>): Promise<number> {
  let finished = 0;
  for (let n = 0; load.running; n++) {
    const child = start(n);
    running.add(child);
    const how = await child.ended;
    running.delete(child);
    if (how === "exit code 0") finished += 1;
    // On the way back to the old key, a process whose first key is the new one may make a workspace key meanwhile. Never the other way.
    else if (how === "exit code 1" && child.output().includes("Still wrapped with new:")) continue;
    else if (how !== "SIGKILL") load.faults.push(`rotation: ${child.output()}`);
  }
  return finished;
}

async function killAgainAndAgain(app: App, load: Load, rotating: Set<Child>): Promise<number> {
  const end = performance.now() + SECONDS * 1_000;
  let kills = 0;
  for (; performance.now() + KILL_EVERY_MS < end; kills++) {
    await sleep(KILL_EVERY_MS);
    for (const child of rotating) child.signal("SIGKILL");
    const victim = kills % 2 === 0 ? ({ kind: "worker", index: 0 } as const) : ({ kind: "api", index: 1 } as const);
    await app.kill(victim.kind, "SIGKILL", victim.index);
    await app.launch(victim.kind, victim.index);
  }
  await sleep(Math.max(0, end - performance.now()));
  load.running = false;
  return kills;
}

async function aWorkspaceWithKey(user: Account): Promise<void> {
  const { id } = await user.client.workspaces.create({ name: "another" });
  await user.client
    .workspace(id)
    .providerKeys.create({ provider: "openrouter", label: "k", secret: `sk-or-v1-other-${id}` });
}

/** The secret that a key now stands for, by the simulator's fingerprint of it. */
async function fingerprintInUse(app: App, user: Account, keyId: string): Promise<string | null> {
  const before = (await app.simulator.journal()).at(-1)?.seq ?? 0;
  assert.equal((await user.workspace.providerKeys.test(keyId)).ok, true);
  const asked = (await app.simulator.journal()).filter(({ seq, path }) => seq > before && path.endsWith("/key"));
  return asked.at(-1)?.key ?? null;
}

const databases = SECONDS > 30 ? (["sqlite", "postgres"] as const) : (["sqlite"] as const);
describe("V7: both kinds of keys are rotated under load and kill -9", () => {
  for (const database of databases) {
    it(`on ${database}: ${SECONDS} s with no failed read and no lost write, and nothing under the old key`, async (test) => {
      const app = await App.start({ apis: 2, database, env: { VAULT_KEYS: OLD!, REST_LIMIT: "0" } });
      try {
        const user = await app.aUser();
        for (let n = 0; n < WORKSPACES; n += 10)
          await Promise.all(Array.from({ length: 10 }, () => aWorkspaceWithKey(user)));
        const make = (secret: string) =>
          user.workspace.providerKeys.create({ provider: "openrouter", label: "k", secret });
        for (let n = 0; n < OTHER_KEYS; n++) await make(`sk-or-v1-stays-${n}`);
        const written: Written[] = [];
        for (let n = 0; n < WRITERS; n++) {
          const acked = `sk-or-v1-first-${n}-${randomBytes(4).toString("hex")}`;
          written.push({ keyId: (await make(acked)).id, acked, maybe: [] });
        }
        // As an operator does it: every process knows the new key first, then things are moved under it.
        const both = { VAULT_KEYS: `${NEW},${OLD}` };
        for (const [kind, index] of [
          ["api", 0],
          ["api", 1],
          ["worker", 0],
        ] as const)
          await app.restart(kind, index, both);
        const load = new Load(app, user);
        const rotating = new Set<Child>();
        // The master key goes to and fro, so that there is always something to wrap again.
        const master = (n: number) =>
          app.command(["vault", "rotate"], { VAULT_KEYS: n % 2 === 0 ? `${NEW},${OLD}` : `${OLD},${NEW}` });
        const workspace = () => app.command(["vault", "rotate", "--workspace", user.workspaceId], both);
        const ids = written.map(({ keyId }) => keyId);
        const [kills, masters, workspaces] = await Promise.all([
          killAgainAndAgain(app, load, rotating),
          rotateAgainAndAgain(load, master, rotating),
          rotateAgainAndAgain(load, workspace, rotating),
          ...Array.from({ length: READERS }, () => load.read(ids)),
          ...written.map((one) => load.write(one)),
        ]);
        assert.deepEqual(load.faults.slice(0, 5), [], `${load.faults.length} faults`);
        test.diagnostic(
          `${load.reads} reads, ${load.writes} writes, ${kills} kills, ${masters} and ${workspaces} rotations to their end`,
        );
        assert.ok(load.reads > 0 && load.writes > 0 && kills > 0 && masters > 0 && workspaces > 0);
        for (const { keyId, acked, maybe } of written) {
          const possible = [acked, ...maybe].map(fingerprintOf);
          assert.ok(possible.includes((await fingerprintInUse(app, user, keyId))!), keyId);
        }
        assert.equal(await app.command(["vault", "rotate"], both).ended, "exit code 0");
        const { target, wrapped, left } = await app.operator.client.operator.vault();
        assert.deepEqual([target, wrapped.map(({ kekId }) => kekId), left], ["new", ["new"], 0]);
        const alone = { VAULT_KEYS: NEW! };
        await app.restart("api", 0, alone);
        for (const { keyId } of written) assert.equal((await user.workspace.providerKeys.test(keyId)).ok, true);
      } catch (error) {
        process.stderr.write(`${app.logs()}\n`);
        throw error;
      } finally {
        await app.stop();
      }
    });
  }
});
