// For specs: accounts, workspaces and the vault on a database and a Redis of their own, as one or more processes have them.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { DynamicModule, INestApplicationContext, Type } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { type Config, ConfigModule, loadConfig } from "#libs/config/index";
import { DatabaseModule, migrate } from "#libs/database/index";
import { MailModule } from "#libs/mail/index";
import { Logger, ObservabilityModule } from "#libs/observability/index";
import { RateLimitModule } from "#libs/rate-limit/index";
import { RedisClients, RedisModule } from "#libs/redis/index";
import { SecretsModule } from "#libs/secrets/index";
import { type CreateApiKeyDto } from "#src/api-keys/api-keys.dto";
import { ApiKeysService } from "#src/api-keys/api-keys.service";
import { AuditModule } from "#src/audit/audit.module";
import { AccessService } from "#src/auth/access.service";
import { AccountsService } from "#src/auth/accounts.service";
import type { Account, Actor, Role } from "#src/auth/actor";
import type { ApiKey } from "#src/auth/api-key.entity";
import { AuthModule } from "#src/auth/auth.module";
import { MembershipsRepository } from "#src/auth/memberships.repository";
import { SessionsService } from "#src/auth/sessions.service";
import { CatalogModule } from "#src/catalog/catalog.module";
import { entities } from "#src/entities";
import { AccountControl } from "#src/instance/account-control";
import { InstanceDirectory } from "#src/instance/instance-directory";
import { OidcApiModule } from "#src/oidc/oidc-api.module";
import { UsageModule } from "#src/usage/usage.module";
import { ProviderKeysService } from "#src/vault/provider-keys.service";
import { TestKey } from "#src/vault/test-key";
import { VaultModule } from "#src/vault/vault.module";
import { InvitesService } from "#src/workspaces/invites.service";
import { WorkspacesService } from "#src/workspaces/workspaces.service";
import { aFolder } from "./child.js";
import { aDatabase, type DatabaseKind } from "./database.js";
import { PrivateRedis } from "./redis.js";

export const PASSWORD = "a long enough password 42";

/** What an instance of the tests is made of. */
export class World {
  private readonly processes: INestApplicationContext[] = [];
  private people = 0;

  private constructor(
    readonly config: Config,
    readonly redis: PrivateRedis,
    private readonly env: Record<string, string>,
    private readonly stopAll: () => Promise<void>,
  ) {}

  /** Starts one, with one process. @param env added to the configuration */
  static async start(env: Record<string, string> = {}, kind: DatabaseKind = "sqlite"): Promise<World> {
    const folder = aFolder("parley-auth-");
    const redis = await PrivateRedis.start(join(folder, "redis"));
    const database = await aDatabase(kind);
    const common = { DATA_DIR: folder, REDIS_URL: redis.url, REGISTRATION: "open", ...database.env, ...env };
    const config = loadConfig(common);
    await migrate(config);
    const world = new World(config, redis, common, async () => {
      await redis.stop();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    });
    await world.launch();
    return world;
  }

  /** One more process of the instance. @param env changes its configuration */
  async launch(env: Record<string, string> = {}): Promise<INestApplicationContext> {
    const config = loadConfig({ ...this.env, ...env });
    const opened: RedisClients[] = [];
    const root = rootModule(config, opened);
    try {
      const app = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
      this.processes.push(app);
      // Until Redis has answered, a process counts for itself.
      for (const redis of opened) await redis.main.ping();
      return app;
    } catch (error) {
      // A process that does not start ends; here its connections would keep the tests from ending.
      for (const redis of opened) await redis.onApplicationShutdown();
      throw error;
    }
  }

  /** A provider of the first process. */
  get<T>(what: Type<T>, process = 0): T {
    return this.processes[process]!.get(what, { strict: false });
  }

  /** A new account, as its requests have it. */
  async anAccount(input: { email?: string; inviteToken?: string } = {}): Promise<Account & { token: string }> {
    this.people += 1;
    const email = input.email ?? `person-${this.people}@example.test`;
    const user = await this.get(AccountsService).register({ ...input, email, password: PASSWORD });
    const token = await this.get(SessionsService).open(user.id, "a test");
    const account = await this.get(SessionsService).find(token);
    return { ...account!, token };
  }

  /** A new account in its personal workspace. */
  async anOwner(): Promise<Actor> {
    const account = await this.anAccount();
    const [own] = await this.get(MembershipsRepository).workspacesOf(account.userId);
    return this.get(AccessService).actorIn(account, own!.id);
  }

  /** A new member of somebody's workspace. */
  async aMember(of: Actor, role: Role): Promise<Actor> {
    const account = await this.anAccount();
    await this.get(MembershipsRepository).add(of.workspaceId, account.userId, role);
    return this.get(AccessService).actorIn(account, of.workspaceId);
  }

  /** A platform key of somebody. */
  async aKey(of: Actor, input: Partial<CreateApiKeyDto> = {}): Promise<{ row: ApiKey; token: string }> {
    return this.get(ApiKeysService).create(of, { name: "a test", scopes: ["read"], ...input });
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    for (const app of this.processes) await app.close();
    await this.stopAll();
  }
}

class Root {}

/** @param opened gets the Redis connections of the process */
function rootModule(config: Config, opened: RedisClients[]): DynamicModule {
  const logger = new Logger({ level: "silent", service: "test" });
  return {
    module: Root,
    imports: [
      ConfigModule.register(config),
      ObservabilityModule.register("test", logger),
      DatabaseModule.register(entities),
      RedisModule,
      MailModule,
      RateLimitModule,
      SecretsModule,
      AuditModule,
      AuthModule,
      UsageModule,
      VaultModule,
      OidcApiModule,
      CatalogModule,
    ],
    providers: [
      WorkspacesService,
      InvitesService,
      AccountControl,
      InstanceDirectory,
      ProviderKeysService,
      TestKey,
      ApiKeysService,
      { provide: Root, useFactory: (redis: RedisClients) => opened.push(redis), inject: [RedisClients] },
    ],
  };
}
