// The worker process: libraries once, then every feature's worker door.

import { type DynamicModule, Module } from "@nestjs/common";
import { type Config, ConfigModule } from "#libs/config/index";
import { DatabaseModule } from "#libs/database/index";
import { MailWorkerModule } from "#libs/mail/index";
import { type Logger, ObservabilityModule } from "#libs/observability/index";
import { QueuesModule } from "#libs/queues/index";
import { RedisModule } from "#libs/redis/index";
import { SecretsModule } from "#libs/secrets/index";
import { AuditWorkerModule } from "#src/audit/audit-worker.module";
import { BudgetsWorkerModule } from "#src/budgets/budgets-worker.module";
import { ChatWorkerModule } from "#src/chat/chat-worker.module";
import { entities } from "#src/entities";
import { GatewayWorkerModule } from "#src/gateway/gateway-worker.module";
import { jobs } from "#src/jobs";
import { UsageWorkerModule } from "#src/usage/usage-worker.module";
import { VaultWorkerModule } from "#src/vault/vault-worker.module";

@Module({})
export class WorkerModule {
  static register(config: Config, logger: Logger): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.register(config),
        ObservabilityModule.register("worker", logger),
        DatabaseModule.register(entities),
        RedisModule,
        QueuesModule.register(jobs),
        SecretsModule,
        MailWorkerModule,
        AuditWorkerModule,
        BudgetsWorkerModule,
        ChatWorkerModule,
        GatewayWorkerModule,
        UsageWorkerModule,
        VaultWorkerModule,
      ],
    };
  }
}
