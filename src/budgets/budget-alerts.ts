// Tells people that a soft budget is half, nearly or wholly used up: once for each period and threshold.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { Database } from "#libs/database/index";
import { Mailer } from "#libs/mail/index";
import { fromPico } from "#libs/money/index";
import { Logger } from "#libs/observability/index";
import { Rounds } from "#libs/rounds/index";
import { BUDGET_PERIODS, type BudgetPeriod } from "#src/auth/actor";
import { AuditTrail } from "#src/auth/audit-trail";
import { budgetMail } from "#src/mails";
import { LivePublisher } from "#src/realtime/live-publisher";
import { type Subject, startOf } from "#src/usage/subjects";
import { scopeOf } from "./budgets.repository.js";

/** How often each worker looks, ms: what is told is never in the way of a call. */
const LOOK_MS = 2_000;
/** Alerts of one look; the rest waits for the next one. */
const AT_ONCE = 50;

/** A budget that has reached a threshold which nobody was told of. */
interface Crossed {
  subject: Subject;
  period: BudgetPeriod;
  start: string;
  workspaceId: string | null;
  soft: string;
  spent: string;
  told: number;
  percent: number;
}

/** Somebody who is told. */
interface Reader {
  id: string;
  email: string;
}

const REACHED = `CASE WHEN c.spent >= b.soft_pico THEN 100 WHEN c.spent * 5 >= b.soft_pico * 4 THEN 80
  WHEN c.spent * 2 >= b.soft_pico THEN 50 ELSE 0 END`;

@Injectable()
export class BudgetAlerts implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rounds = new Rounds(
    () => this.look(),
    LOOK_MS,
    (error) => this.logger.warn("budget_alerts_failed", { error }),
  );

  constructor(
    private readonly db: Database,
    private readonly audit: AuditTrail,
    private readonly live: LivePublisher,
    private readonly mailer: Mailer,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onApplicationShutdown(): void {
    this.rounds.stop();
  }

  /** Tells of every threshold that was reached since the last look, by whichever worker. */
  async look(now = Date.now()): Promise<void> {
    const starts = BUDGET_PERIODS.map((period) => startOf(period, now));
    const crossed = await this.db.query<Crossed>(
      `SELECT b.subject, b.period, c.start, b.workspace_id AS "workspaceId", c.told, ${REACHED} AS percent,
         CAST(b.soft_pico AS text) AS soft, CAST(c.spent AS text) AS spent
       FROM budgets b JOIN spending_counters c ON c.subject = b.subject AND c.period = b.period
       WHERE b.soft_pico IS NOT NULL AND c.start IN (?, ?, ?) AND c.told < ${REACHED}
       ORDER BY b.subject, b.period LIMIT ${AT_ONCE}`,
      starts,
    );
    for (const one of crossed) await this.tell(one);
  }

  private async tell(crossed: Crossed): Promise<void> {
    const { subject, period, start, workspaceId, told, percent } = crossed;
    await this.db.transaction(async () => {
      const sql = "UPDATE spending_counters SET told = ? WHERE subject = ? AND period = ? AND start = ? AND told = ?";
      // Another worker may have been first.
      if ((await this.db.execute(sql, [percent, subject, period, start, told])) === 0) return;
      const scope = scopeOf(subject);
      const subjectId = scope === "member" || scope === "key" ? subject.split(":").at(-1)! : null;
      const facts = { scope, subject: subjectId, period, percent };
      await this.audit.record({ action: "budget.reached", workspaceId, actor: null, facts });
      const readers = await this.readers(workspaceId, subject);
      await this.mail(crossed, readers);
      if (workspaceId === null) return;
      const [spentUsd, softUsd] = [fromPico(crossed.spent), fromPico(crossed.soft)];
      // Of a workspace's own budget every member may know; of others those whom it concerns.
      const messageId = scope === "workspace" ? "-" : readers.map(({ id }) => id).join(",");
      const payload = { workspaceId, scope, subjectId, period, percent, spentUsd, softUsd };
      this.live.publish("workspace:budget", { workspaceId, conversationId: "-", messageId }, payload);
    });
  }

  /** The admins, and the member whose budget or key it is; of the instance its operators. */
  private async readers(workspaceId: string | null, subject: Subject): Promise<Reader[]> {
    if (workspaceId === null)
      return this.db.query("SELECT id, email FROM users WHERE is_operator = 1 AND disabled_at IS NULL ORDER BY id");
    const [kind, first = "", second = ""] = subject.split(":");
    return this.db.query(
      `SELECT u.id, u.email FROM members m JOIN users u ON u.id = m.user_id
       WHERE m.workspace_id = ? AND u.disabled_at IS NULL AND (m.role IN ('owner', 'admin') OR u.id = ?
         OR u.id = (SELECT user_id FROM api_keys WHERE id = ?)) ORDER BY u.id`,
      [workspaceId, kind === "m" ? second : "", kind === "k" ? first : ""],
    );
  }

  private async mail({ workspaceId, subject, period, percent, spent, soft }: Crossed, readers: Reader[]) {
    if (!this.mailer.enabled) return;
    const named = "SELECT name FROM workspaces WHERE id = ?";
    const workspace = workspaceId && (await this.db.one<{ name: string }>(named, [workspaceId]));
    const content = budgetMail({
      workspace: workspace ? workspace.name : null,
      scope: scopeOf(subject),
      ...{ period, percent, spentUsd: fromPico(spent), softUsd: fromPico(soft) },
      url: this.mailer.link(workspaceId === null ? "/admin/budgets" : "/settings/budgets"),
    });
    for (const { email } of readers) await this.mailer.send(email, content);
  }
}
