// For specs: accounts, workspaces and the vault on a database and a Redis of their own, as one or more processes have them.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { DynamicModule, INestApplicationContext, Type } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { type Config, ConfigModule, loadConfig } from "#libs/config/index";
import { DatabaseModule, migrate } from "#libs/database/index";
import { Logger, ObservabilityModule } from "#libs/observability/index";
import { RedisModule } from "#libs/redis/index";
import { entities } from "#src/entities";
import { ProviderKeysService } from "#src/vault/provider-keys.service";
import { TestKey } from "#src/vault/test-key";
import { VaultModule } from "#src/vault/vault.module";
import { InvitesService } from "#src/workspaces/invites.service";
import { WorkspacesService } from "#src/workspaces/workspaces.service";
import { aFolder } from "../../test/app/child.js";
import { aDatabase, type DatabaseKind } from "../../test/app/database.js";
import { PrivateRedis } from "../../test/app/redis.js";
import { AccessService } from "./access.service.js";
import { AccountsService } from "./accounts.service.js";
import type { Account, Actor, Role } from "./actor.js";
import { AuthModule } from "./auth.module.js";
import { MembershipsRepository } from "./memberships.repository.js";
import { SessionsService } from "./sessions.service.js";

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
    const app = await NestFactory.createApplicationContext(rootModule(config), { logger: false, abortOnError: false });
    this.processes.push(app);
    return app;
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

  /** Ends everything. */
  async stop(): Promise<void> {
    for (const app of this.processes) await app.close();
    await this.stopAll();
  }
}

class Root {}

function rootModule(config: Config): DynamicModule {
  const logger = new Logger({ level: "silent", service: "test" });
  return {
    module: Root,
    imports: [
      ConfigModule.register(config),
      ObservabilityModule.register("test", logger),
      DatabaseModule.register(entities),
      RedisModule,
      AuthModule,
      VaultModule,
    ],
    providers: [WorkspacesService, InvitesService, ProviderKeysService, TestKey],
  };
}
