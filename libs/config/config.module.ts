// Makes the configuration injectable everywhere as `Config`.
import { type DynamicModule, Module } from "@nestjs/common";
import { Config } from "./config.js";

@Module({})
export class ConfigModule {
  /** @param config the validated configuration of this process */
  static register(config: Config): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: Config, useValue: config }],
      exports: [Config],
    };
  }
}
