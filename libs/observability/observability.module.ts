// Provides the logger and the readiness checks to an app.

import { type DynamicModule, Module } from "@nestjs/common";
import { Config } from "#libs/config/index";
import { AfterAnswer } from "./after-answer.js";
import { HealthChecks } from "./health.js";
import { Logger } from "./logger.js";

@Module({})
export class ObservabilityModule {
  /**
   * @param service the process's name in its log lines
   * @param logger the logger that main() has made already, if it has
   */
  static register(service: string, logger?: Logger): DynamicModule {
    return {
      module: ObservabilityModule,
      global: true,
      providers: [
        {
          provide: Logger,
          inject: [Config],
          useFactory: (config: Config) => logger ?? new Logger({ level: config.logLevel, service }),
        },
        AfterAnswer,
        HealthChecks,
      ],
      exports: [Logger, AfterAnswer, HealthChecks],
    };
  }
}
