// Budgets as admins set them and members see them.
import { createHash } from "node:crypto";
import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { ConflictError, type FieldError, InvalidInputError } from "#libs/errors/index";
import { fromPico, lessThanUsd, toPico } from "#libs/money/index";
import { type Account, type Actor } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { isAtLeast, POLICIES } from "#src/auth/policies";
import { SpendingCounters } from "#src/usage/spending-counters";
import { type Counter, INSTANCE, keySubject, memberSubject, type Subject, workspaceSubject } from "#src/usage/subjects";
import {
  type BudgetDto,
  type BudgetsView,
  type BudgetView,
  type InstanceBudgetDto,
  type PutBudgetsDto,
  type PutInstanceBudgetsDto,
} from "./budgets.dto.js";
import { BudgetsRepository, type Limit } from "./budgets.repository.js";
import { beginOf, endOf, forecast } from "./periods.js";
import { subjectOf as ownerOf, UnknownPrices } from "./unknown-prices.js";

type NewLimit = Omit<Limit, "scope" | "ofKey">;
/** Beyond this, sums in 1e-12 USD would not fit the database's integers: 1,000,000 USD. */
const MOST = 10n ** 18n;
/** USD: less would be rounded to nothing, which refuses everything. */
const LEAST = fromPico(1n);

@Injectable()
export class BudgetsService {
  constructor(
    private readonly db: Database,
    private readonly budgets: BudgetsRepository,
    private readonly counters: SpendingCounters,
    private readonly unknown: UnknownPrices,
    private readonly audit: AuditTrail,
  ) {}

  /** The workspace's own and those of the actor; to admins all. */
  async list(actor: Actor): Promise<BudgetsView> {
    const all = await this.budgets.in(actor.workspaceId);
    const names = await this.names(actor.workspaceId);
    const seesAll = isAtLeast(actor.role, POLICIES["budgets.manage"].least);
    const own = (limit: Limit) => limit.scope === "workspace" || names.get(limit.subject)?.userId === actor.userId;
    return this.viewOf(actor.workspaceId, seesAll ? all : all.filter(own), names);
  }

  /** @throws InvalidInputError 422 with every budget that cannot be; ConflictError `changed_meanwhile` */
  async put(actor: Actor, { budgets: wanted, unknownPriceUsd, version }: PutBudgetsDto): Promise<BudgetsView> {
    const { workspaceId } = actor;
    await this.db.transaction(async () => {
      const before = await this.readToChange(workspaceId, version);
      const names = await this.names(workspaceId);
      const limits = wanted.map(
        (one): NewLimit => ({ ...amountsOf(one), subject: subjectOf(one, workspaceId), workspaceId }),
      );
      assertPossible(wanted, limits, (subject) => subject === workspaceSubject(workspaceId) || names.has(subject));
      await this.replace(before, limits);
      await this.setUnknownPrice(workspaceId, unknownPriceUsd);
      const facts = await this.factsOf(workspaceId, limits);
      await this.audit.record({ action: "budget.changed", workspaceId, actor, facts });
    });
    return this.list(actor);
  }

  /** Of the whole instance; for operators. */
  async listOfInstance(): Promise<BudgetsView> {
    return this.viewOf(null, await this.budgets.ofInstance(), new Map());
  }

  /** @throws as {@link put} */
  async putOfInstance(
    account: Account,
    { budgets: wanted, unknownPriceUsd, version }: PutInstanceBudgetsDto,
  ): Promise<BudgetsView> {
    await this.db.transaction(async () => {
      const before = await this.readToChange(null, version);
      const limits = wanted.map((one): NewLimit => ({ ...amountsOf(one), subject: INSTANCE, workspaceId: null }));
      assertPossible(wanted, limits, () => true);
      await this.replace(before, limits);
      await this.setUnknownPrice(null, unknownPriceUsd);
      const facts = await this.factsOf(null, limits);
      await this.audit.record({ action: "budget.changed", workspaceId: null, actor: account, facts });
    });
    return this.listOfInstance();
  }

  /**
   * One change at a time: until the transaction ends, nobody else may {@link replace} what is read here.
   * @param version what the client has read; undefined: it does not mind what it replaces
   * @throws ConflictError `changed_meanwhile` when it is not that any more
   */
  private async readToChange(workspaceId: string | null, version: string | undefined): Promise<Limit[]> {
    await this.db.dialect.lockName(this.db, `budgets:${ownerOf(workspaceId)}`);
    const all = workspaceId === null ? await this.budgets.ofInstance() : await this.budgets.in(workspaceId);
    if (version !== undefined && version !== versionOf(all, await this.unknownPriceOf(workspaceId)))
      throw new ConflictError("changed_meanwhile", "The budgets were changed since they were read: read them again.");
    return all.filter(({ ofKey }) => !ofKey);
  }

  private async viewOf(workspaceId: string | null, limits: readonly Limit[], names: Names): Promise<BudgetsView> {
    const unknownPriceUsd = await this.unknownPriceOf(workspaceId);
    return { data: await this.views(limits, names), unknownPriceUsd, version: versionOf(limits, unknownPriceUsd) };
  }

  /** @param usd undefined: stays as it is @throws InvalidInputError 422: holding nothing would let through any number of calls */
  private async setUnknownPrice(workspaceId: string | null, usd: string | null | undefined): Promise<void> {
    if (usd === undefined) return;
    const held = usd === null ? null : toPico(usd);
    if (held !== null && (held <= 0n || held > MOST))
      throw new InvalidInputError([{ path: "unknownPriceUsd", message: "must be above 0 and at most 1000000" }], 422);
    await this.unknown.set(workspaceId, held);
  }

  private async unknownPriceOf(workspaceId: string | null): Promise<string | null> {
    const held = await this.unknown.of(ownerOf(workspaceId));
    return held === null ? null : fromPico(held);
  }

  private async factsOf(workspaceId: string | null, limits: readonly NewLimit[]) {
    return { budgets: limits.length, unknownPriceUsd: await this.unknownPriceOf(workspaceId) };
  }

  private async replace(before: readonly Limit[], after: readonly NewLimit[]): Promise<void> {
    const same = (a: Pick<Limit, "subject" | "period">, b: Pick<Limit, "subject" | "period">) =>
      a.subject === b.subject && a.period === b.period;
    for (const old of before) {
      if (after.some((one) => same(one, old))) continue;
      await this.budgets.delete(old);
      await this.counters.close(old.subject, old.period);
    }
    for (const one of after) {
      await this.budgets.put(one);
      const old = before.find((other) => same(one, other));
      if (old && old.soft !== one.soft) await this.counters.tellAnew(one.subject, one.period);
      if (!before.some((old) => same(one, old))) await this.counters.open(one, Date.now());
    }
  }

  private async views(limits: readonly Limit[], names: Names): Promise<BudgetView[]> {
    const now = Date.now();
    const subjects = [...new Set(limits.map(({ subject }) => subject))];
    const counters = await this.counters.read(subjects, now);
    return limits.map((limit) => viewOf(limit, counters, names, now));
  }

  private async names(workspaceId: string): Promise<Names> {
    const members = await this.db.query<{ id: string; name: string }>(
      "SELECT u.id, u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = ?",
      [workspaceId],
    );
    const keys = await this.db.query<{ id: string; name: string; userId: string }>(
      `SELECT id, name, user_id AS "userId" FROM api_keys WHERE workspace_id = ? AND revoked_at IS NULL`,
      [workspaceId],
    );
    return new Map([
      ...members.map(({ id, name }) => [memberSubject(workspaceId, id), { id, name, userId: id }] as const),
      ...keys.map((key) => [keySubject(key.id), key] as const),
    ]);
  }
}

/** Members and keys of a workspace, by subject. */
type Names = Map<Subject, { id: string; name: string; userId: string }>;

function subjectOf({ scope, subjectId }: BudgetDto, workspaceId: string): Subject {
  if (scope === "workspace") return workspaceSubject(workspaceId);
  return scope === "member" ? memberSubject(workspaceId, subjectId ?? "") : keySubject(subjectId ?? "");
}

function amountsOf({ period, softUsd, hardUsd }: InstanceBudgetDto): Pick<Limit, "period" | "soft" | "hard"> {
  const pico = (usd: string | null | undefined) => (usd === null || usd === undefined ? null : toPico(usd));
  return { period, soft: pico(softUsd), hard: pico(hardUsd) };
}

/** The same for the same budgets, of those that {@link BudgetsService.put} sets, and the same `unknownPriceUsd`. */
function versionOf(limits: readonly Limit[], unknownPriceUsd: string | null): string {
  const set = limits.filter(({ ofKey }) => !ofKey);
  const texts = set.map(({ subject, period, soft, hard }) => `${subject} ${period} ${soft} ${hard}`).sort();
  return createHash("sha256")
    .update(JSON.stringify([texts, unknownPriceUsd]))
    .digest("base64url")
    .slice(0, 22);
}

function assertPossible(
  wanted: readonly Partial<BudgetDto>[],
  limits: readonly NewLimit[],
  exists: (subject: Subject) => boolean,
): void {
  const faults = limits.flatMap(({ subject, period, soft, hard }, n): FieldError[] => {
    const at = `budgets[${n}]`;
    const first = limits.findIndex((other) => other.subject === subject && other.period === period);
    const { scope, subjectId } = wanted[n]!;
    return [
      ...(first < n ? [{ path: at, message: `is for the same as budgets[${first}]` }] : []),
      ...(soft === null && hard === null ? [{ path: at, message: "needs softUsd or hardUsd" }] : []),
      ...(soft !== null && hard !== null && soft > hard
        ? [{ path: `${at}.softUsd`, message: "must not be above hardUsd" }]
        : []),
      ...amountFaults(`${at}.softUsd`, wanted[n]!.softUsd),
      ...amountFaults(`${at}.hardUsd`, wanted[n]!.hardUsd),
      ...(scope === "workspace" && subjectId ? [{ path: `${at}.subjectId`, message: "is for members and keys" }] : []),
      ...(exists(subject) ? [] : [{ path: `${at}.subjectId`, message: `is no ${scope} of this workspace` }]),
    ];
  });
  if (faults.length > 0) throw new InvalidInputError(faults, 422);
}

function amountFaults(path: string, usd: string | null | undefined): FieldError[] {
  if (usd === null || usd === undefined) return [];
  if (toPico(usd) > MOST) return [{ path, message: "must be at most 1000000" }];
  if (lessThanUsd("0", usd) && lessThanUsd(usd, LEAST)) return [{ path, message: `must be 0 or at least ${LEAST}` }];
  return [];
}

function viewOf(limit: Limit, counters: readonly Counter[], names: Names, now: number): BudgetView {
  const { subject, period, soft, hard } = limit;
  const counter = counters.find((one) => one.subject === subject && one.period === period);
  const { spent, reserved } = counter ?? { spent: 0n, reserved: 0n };
  const expected = forecast(period, spent, now);
  const named = names.get(subject);
  const usd = (pico: bigint | null) => (pico === null ? null : fromPico(pico));
  return {
    scope: limit.scope,
    subjectId: named?.id ?? null,
    name: named?.name ?? null,
    period,
    softUsd: usd(soft),
    hardUsd: usd(hard),
    spentUsd: fromPico(spent),
    reservedUsd: fromPico(reserved),
    leftUsd: usd(hard === null ? null : hard - spent - reserved),
    periodStart: beginOf(period, now),
    periodEnd: endOf(period, now),
    forecastUsd: usd(expected),
    ofKey: limit.ofKey,
  };
}
