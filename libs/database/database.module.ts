// Provides `Database` (and TypeORM's DataSource) to an app.

import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from "@nestjs/common";
import { getDataSourceToken, TypeOrmModule } from "@nestjs/typeorm";
import { type DataSource } from "typeorm";
import { Config, StartFault } from "#libs/config/index";
import { dataSourceOptions, type Entities } from "./data-source.js";
import { Database } from "./database.js";
import { dialectOf } from "./dialect.js";
import { openDataSource } from "./open.js";

const READER = Symbol("reader data source");

@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @Inject(READER) private readonly reader: DataSource,
    private readonly db: Database,
  ) {}

  /** @param entities every entity of the app, from src/entities.ts */
  static register(entities: Entities): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [Config],
          useFactory: (config: Config) => ({ ...dataSourceOptions(config, "writer", entities), retryAttempts: 0 }),
          dataSourceFactory: (options) => openDataSource(options!),
        }),
      ],
      providers: [
        {
          provide: READER,
          inject: [Config, getDataSourceToken()],
          useFactory: async (config: Config, writer: DataSource) => {
            // The schema is the launcher's or the CLI's to make: serving on an old one would corrupt data.
            if (await writer.showMigrations())
              throw new StartFault("The database schema is not up to date: run parley migrate");
            if (config.database.kind === "postgres") return writer;
            return openDataSource(dataSourceOptions(config, "reader", entities));
          },
        },
        {
          provide: Database,
          inject: [Config, getDataSourceToken(), READER],
          useFactory: (config: Config, writer: DataSource, reader: DataSource) =>
            new Database(writer, reader, dialectOf(config.database.kind)),
        },
      ],
      exports: [Database],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.db.close();
    if (this.reader.isInitialized && this.reader.options.type !== "postgres") await this.reader.destroy();
  }
}
