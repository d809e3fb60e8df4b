// What the commands that work on the data run in: libraries and features, without a server.
import { type INestApplicationContext, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { besideLauncher, ConfigModule, loadConfig } from "#libs/config/index";
import { DatabaseModule } from "#libs/database/index";
import { MailModule } from "#libs/mail/index";
import { Logger, ObservabilityModule } from "#libs/observability/index";
import { RateLimitModule } from "#libs/rate-limit/index";
import { RedisModule } from "#libs/redis/index";
import { SecretsModule } from "#libs/secrets/index";
import { AuditModule } from "#src/audit/audit.module";
import { AuthModule } from "#src/auth/auth.module";
import { entities } from "#src/entities";
import { InstanceModule } from "#src/instance/instance.module";
import { VaultModule } from "#src/vault/vault.module";

@Module({})
class CommandModule {}

/** Calls `work` with the application, and closes it. @throws ConfigError, and what `work` throws */
export async function withApplication<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
  const logger = new Logger({ level: "silent", service: "cli" });
  const imports = [
    ConfigModule.register(loadConfig(besideLauncher())),
    ObservabilityModule.register("cli", logger),
    DatabaseModule.register(entities),
    SecretsModule,
    RedisModule,
    RateLimitModule,
    MailModule,
    AuditModule,
    AuthModule,
    InstanceModule,
    VaultModule,
  ];
  const app = await NestFactory.createApplicationContext(
    { module: CommandModule, imports },
    { logger: false, abortOnError: false },
  );
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}
