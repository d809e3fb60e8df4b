// Whatever happens to calls in whatever order: what the counters say is what the ledger says.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { Database, newId } from "#libs/database/index";
import { fromPico } from "#libs/money/index";
import { type DatabaseKind } from "../../test/app/database.js";
import { World } from "../../test/app/world.js";
import { CostCorrections } from "./cost-corrections.js";
import { ProviderCallsRepository } from "./provider-calls.repository.js";
import { SpendingCounters } from "./spending-counters.js";
import { memberSubject, workspaceSubject } from "./subjects.js";

type Step =
  | { kind: "begin"; amount: bigint | null; user: number }
  | { kind: "end" | "correct"; call: number; cost: bigint }
  | { kind: "abandon" | "discard" | "reconcile"; call: number; cost: bigint }
  | { kind: "open" | "close" };

const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });
const call = fc.integer({ min: 0, max: 9 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("begin" as const), amount: fc.option(amount), user: fc.nat(1) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom("end" as const, "correct" as const), call, cost: amount }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("abandon" as const, "discard" as const, "reconcile" as const),
      call,
      cost: amount,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("open" as const, "close" as const) }) },
);

for (const database of ["sqlite", "postgres"] satisfies DatabaseKind[]) {
  describe(`spending counters on ${database}`, () => {
    let world: World;
    before(async () => {
      world = await World.start({}, database);
    });
    after(() => world?.stop());

    it("are the sums of the ledger after every step", async () => {
      const [db, calls] = [world.get(Database), world.get(ProviderCallsRepository)];
      const [counters, corrections] = [world.get(SpendingCounters), world.get(CostCorrections)];
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
          const run = new Run(world, db, calls, counters, corrections);
          await run.begin();
          for (const one of steps) {
            await run.take(one);
            await run.compare(one.kind);
          }
        }),
        { numRuns: database === "sqlite" ? 60 : 20 },
      );
    });
  });
}

/** One workspace and its calls. */
class Run {
  private workspaceId = "";
  private users: string[] = [];
  private ids: string[] = [];
  /** Whether a budget counts. */
  private counting = true;

  constructor(
    private readonly world: World,
    private readonly db: Database,
    private readonly calls: ProviderCallsRepository,
    private readonly counters: SpendingCounters,
    private readonly corrections: CostCorrections,
  ) {}

  async begin(): Promise<void> {
    const owner = await this.world.anOwner();
    this.workspaceId = owner.workspaceId;
    this.users = [owner.userId, newId()];
    await this.open();
  }

  async take(step: Step): Promise<void> {
    if (step.kind === "begin") return this.beginCall(step.amount, this.users[step.user]!);
    if (!("call" in step)) return step.kind === "open" ? this.open() : this.close();
    const id = this.ids[step.call % Math.max(1, this.ids.length)];
    if (id === undefined) return;
    const costUsd = fromPico(step.cost);
    if (step.kind === "correct") await this.corrections.add(id, costUsd, "generation_record");
    else if (step.kind === "end") {
      const userId = (await this.calls.find(id))?.userId ?? null;
      const spender = { workspaceId: this.workspaceId, userId, apiKeyId: null };
      const end = { id, outcome: { costUsd }, generation: { generationId: null, providerKeyId: null }, spender };
      await this.db.transaction(async () => {
        const held = await this.counters.hold([spender]);
        const late = await this.calls.endAll([end], held);
        await this.counters.write(held);
        await this.calls.endLate(late);
      });
    } else if (step.kind === "abandon") await this.calls.abandonOpen(id);
    else if (step.kind === "discard") await this.calls.discardOpen(id);
    else await this.calls.reconcile(id, { costUsd });
  }

  async compare(what: string): Promise<void> {
    if (!this.counting) return;
    const delta = "(SELECT COALESCE(SUM(delta_pico), 0) FROM cost_corrections k WHERE k.call_id = provider_calls.id)";
    const sums = `SELECT CAST(SUM(cost_pico + ${delta}) AS text) AS spent, CAST(SUM(reserved_pico) AS text) AS reserved FROM provider_calls`;
    for (const [subject, where, params] of [
      [workspaceSubject(this.workspaceId), "workspace_id = ?", [this.workspaceId]],
      [
        memberSubject(this.workspaceId, this.users[0]!),
        "workspace_id = ? AND user_id = ?",
        [this.workspaceId, this.users[0]!],
      ],
    ] as const) {
      const row = await this.db.one<{ spent: string | null; reserved: string | null }>(
        `${sums} WHERE ${where}`,
        params,
      );
      for (const { spent, reserved, period } of await this.counters.read([subject], Date.now()))
        assert.deepEqual(
          [spent, reserved],
          [BigInt(row?.spent ?? 0), BigInt(row?.reserved ?? 0)],
          `${subject} ${period} after ${what}`,
        );
    }
  }

  private async beginCall(reserved: bigint | null, userId: string): Promise<void> {
    const createdAt = Date.now();
    const spender = { workspaceId: this.workspaceId, userId, apiKeyId: null, createdAt };
    const id = newId();
    this.ids.push(id);
    await this.db.transaction(async () => {
      const row = { kind: "chat", conversationId: null, messageId: id, attempt: 1, model: "m" } as const;
      await this.calls.begin({ ...row, ...spender, apiKeyId: undefined as never }, id);
      // One that began just before its budget holds nothing, and counts all the same.
      if (!this.counting || reserved === null) return;
      const held = await this.counters.hold([spender]);
      await this.counters.note(id, reserved);
      held.add(spender, 0n, reserved);
      await this.counters.write(held);
    });
  }

  private get counted() {
    return [workspaceSubject(this.workspaceId), memberSubject(this.workspaceId, this.users[0]!)].flatMap((subject) =>
      (["day", "month", "total"] as const).map((period) => ({ subject, period, workspaceId: this.workspaceId })),
    );
  }

  private async open(): Promise<void> {
    await this.db.transaction(async () => {
      for (const one of this.counted) await this.counters.open(one, Date.now());
    });
    this.counting = true;
  }

  private async close(): Promise<void> {
    await this.db.transaction(async () => {
      for (const { subject, period } of this.counted) await this.counters.close(subject, period);
    });
    this.counting = false;
  }
}
