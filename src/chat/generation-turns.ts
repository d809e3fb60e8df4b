// Who may begin, and who waits for their turn: one workspace's flood must not keep the others waiting (decision 0011).
import { Injectable } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { TooManyRequestsError } from "#libs/errors/index";
import { Logger } from "#libs/observability/index";
import { EnqueueReply } from "./enqueue-reply.js";
import { type Asker, nextTurns, type Waiting } from "./fair-turns.js";
import { FIRST_SWEEP_MS } from "./generations.repository.js";

/** Everybody who changes who runs holds it, so that the limits are exact. */
const LOCK = "chat.turns";
/** When to try again while too many wait, ms. */
const RETRY_AFTER_MS = 5_000;

/** The database is the truth: `generations.admitted_at` is null for those that wait, and Bull has never heard of them. */
@Injectable()
export class GenerationTurns {
  private filling = false;
  private again = false;

  constructor(
    private readonly db: Database,
    private readonly enqueue: EnqueueReply,
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  /**
   * In the transaction that inserts the generation.
   * @returns when it was admitted, epoch ms; null: it waits until {@link fill} finds a place for it
   * @throws TooManyRequestsError when too many wait already
   */
  async enter(asker: Asker): Promise<number | null> {
    await this.db.dialect.lockName(this.db, LOCK);
    const waiting = await this.count("admitted_at IS NULL", asker);
    if (waiting.workspace === 0) {
      const running = await this.count("admitted_at IS NOT NULL", asker);
      const { perUser, perWorkspace, inAll } = this.config.chat;
      if (running.user < perUser && running.workspace < perWorkspace && running.all < inAll) return Date.now();
    }
    const { queuedPerWorkspace, queued } = this.config.chat;
    if (waiting.workspace >= queuedPerWorkspace)
      throw new TooManyRequestsError(RETRY_AFTER_MS, `${waiting.workspace} answers of this workspace wait already.`);
    if (waiting.all >= queued) throw new TooManyRequestsError(RETRY_AFTER_MS, "Too many answers wait already.");
    return null;
  }

  /** Once the transaction that runs has committed: hands on what was admitted. */
  begin(messageId: string, admittedAt: number | null): void {
    if (admittedAt === null) this.db.afterCommit(() => this.fill());
    else this.enqueue.afterCommit(messageId);
  }

  /** Gives free places to those whose turn it is. Not waited for; the sweeper calls it again each second. */
  fill(): void {
    this.again = true;
    if (this.filling) return;
    this.filling = true;
    void this.fillAgain().finally(() => {
      this.filling = false;
    });
  }

  private async fillAgain(): Promise<void> {
    while (this.again) {
      this.again = false;
      try {
        if (await this.db.one("SELECT 1 FROM generations WHERE admitted_at IS NULL LIMIT 1")) await this.admit();
      } catch (error) {
        this.logger.warn("turns_not_given", { error });
      }
    }
  }

  private async admit(): Promise<void> {
    await this.db.transaction(async () => {
      await this.db.dialect.lockName(this.db, LOCK);
      const asker = 'workspace_id AS "workspaceId", user_id AS "userId"';
      const running = await this.db.query<Asker>(`SELECT ${asker} FROM generations WHERE admitted_at IS NOT NULL`);
      if (running.length >= this.config.chat.inAll) return;
      const places = `ROW_NUMBER() OVER (PARTITION BY workspace_id, user_id ORDER BY message_id) AS place`;
      const waiting = await this.db.query<Waiting>(
        `SELECT message_id AS "messageId", "workspaceId", "userId" FROM
           (SELECT message_id, ${asker}, ${places} FROM generations WHERE admitted_at IS NULL) AS lines WHERE place <= ?`,
        [this.config.chat.perUser],
      );
      for (const messageId of nextTurns(running, waiting, this.config.chat)) await this.admitOne(messageId);
    });
  }

  private async admitOne(messageId: string): Promise<void> {
    // One that is being stopped right now is let go: waiting for it could close a circle of locks.
    const sql = `SELECT message_id FROM generations WHERE message_id = ?${this.db.dialect.skipLocked}`;
    if (!(await this.db.one(sql, [messageId]))) return;
    const now = Date.now();
    const admit = "UPDATE generations SET admitted_at = ?, sweep_at = ? WHERE message_id = ?";
    await this.db.execute(admit, [now, now + FIRST_SWEEP_MS, messageId]);
    this.enqueue.afterCommit(messageId);
  }

  private async count(
    which: string,
    { workspaceId, userId }: Asker,
  ): Promise<{ all: number; workspace: number; user: number }> {
    const row = await this.db.one<Record<"total" | "workspace" | "member", string | number | null>>(
      `SELECT COUNT(*) AS total, SUM(CASE WHEN workspace_id = ? THEN 1 ELSE 0 END) AS workspace,
         SUM(CASE WHEN workspace_id = ? AND user_id = ? THEN 1 ELSE 0 END) AS member
       FROM generations WHERE ${which}`,
      [workspaceId, workspaceId, userId],
    );
    return { all: Number(row?.total), workspace: Number(row?.workspace ?? 0), user: Number(row?.member ?? 0) };
  }
}
