// The API process: libraries once, then every feature's API door.
import { type DynamicModule, Module } from "@nestjs/common";
import { APP_FILTER, APP_PIPE } from "@nestjs/core";
import { type Config, ConfigModule } from "#libs/config/index";
import { DatabaseModule } from "#libs/database/index";
import { InputPipe } from "#libs/dto/index";
import { IdempotencyInterceptor, IdempotencyStore, ProblemFilter } from "#libs/http/index";
import { MailModule } from "#libs/mail/index";
import { type Logger, ObservabilityModule } from "#libs/observability/index";
import { QueuesModule } from "#libs/queues/index";
import { RateLimitModule } from "#libs/rate-limit/index";
import { RedisModule } from "#libs/redis/index";
import { SecretsModule } from "#libs/secrets/index";
import { AnalyticsApiModule } from "#src/analytics/analytics-api.module";
import { ApiKeysApiModule } from "#src/api-keys/api-keys-api.module";
import { AuditApiModule } from "#src/audit/audit-api.module";
import { AuthApiModule } from "#src/auth/auth-api.module";
import { BudgetsApiModule } from "#src/budgets/budgets-api.module";
import { CatalogApiModule } from "#src/catalog/catalog-api.module";
import { ChatApiModule } from "#src/chat/chat-api.module";
import { entities } from "#src/entities";
import { GatewayApiModule } from "#src/gateway/gateway-api.module";
import { InstanceApiModule } from "#src/instance/instance-api.module";
import { jobs } from "#src/jobs";
import { OidcApiModule } from "#src/oidc/oidc-api.module";
import { PasskeysApiModule } from "#src/passkeys/passkeys-api.module";
import { SecondFactorApiModule } from "#src/second-factor/second-factor-api.module";
import { UsageApiModule } from "#src/usage/usage-api.module";
import { VaultApiModule } from "#src/vault/vault-api.module";
import { WorkspacesApiModule } from "#src/workspaces/workspaces-api.module";
import { ApiHealthChecks } from "./health-checks.js";
import { InstanceController } from "./instance.controller.js";
import { LimitsController } from "./limits.controller.js";
import { OperationsController } from "./operations.controller.js";

@Module({})
export class ApiModule {
  /** @param logger the process's logger */
  static register(config: Config, logger: Logger): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ConfigModule.register(config),
        ObservabilityModule.register("api", logger),
        DatabaseModule.register(entities),
        RedisModule,
        RateLimitModule,
        SecretsModule,
        QueuesModule.register(jobs),
        MailModule,
        AuditApiModule,
        AuthApiModule,
        SecondFactorApiModule,
        PasskeysApiModule,
        WorkspacesApiModule,
        ApiKeysApiModule,
        UsageApiModule,
        VaultApiModule,
        BudgetsApiModule,
        CatalogApiModule,
        ChatApiModule,
        GatewayApiModule,
        AnalyticsApiModule,
        InstanceApiModule,
        OidcApiModule,
      ],
      controllers: [OperationsController, InstanceController, LimitsController],
      providers: [
        ApiHealthChecks,
        IdempotencyStore,
        { provide: APP_PIPE, useClass: InputPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
        IdempotencyInterceptor,
      ],
    };
  }
}
