// The parts whose state decides whether this API process is ready.
import { Injectable, type OnModuleInit } from "@nestjs/common";
import { Database, migrations } from "#libs/database/index";
import { CheckFailed, checkWorkerSeen, HealthChecks } from "#libs/observability/index";
import { RedisClients } from "#libs/redis/index";

@Injectable()
export class ApiHealthChecks implements OnModuleInit {
  constructor(
    private readonly health: HealthChecks,
    private readonly database: Database,
    private readonly redis: RedisClients,
  ) {}

  onModuleInit(): void {
    this.health.add("database", async () => void (await this.database.query("SELECT 1 AS one")));
    this.health.add("migrations", () => this.checkMigrations());
    this.health.add("redis", async () => void (await this.redis.main.ping()));
    this.health.add("worker", () => checkWorkerSeen(this.redis.main));
  }

  /** An old process that still runs after a newer release has migrated is fine; one that is ahead of its schema is not. */
  private async checkMigrations(): Promise<void> {
    const rows = await this.database.query<{ done: number | string }>("SELECT count(*) AS done FROM migrations");
    const missing = migrations.length - Number(rows[0]?.done ?? 0);
    if (missing > 0) throw new CheckFailed(`${missing} migrations have not run`);
  }
}
