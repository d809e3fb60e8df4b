// Registers the queues of a job registry with @nestjs/bull and provides `Queues`.

import { BullModule } from "@nestjs/bull";
import { type DynamicModule, Module } from "@nestjs/common";
import { DiscoveryModule, DiscoveryService, MetadataScanner, ModuleRef, Reflector } from "@nestjs/core";
import { Config } from "#libs/config/index";
import { type JobRegistry, queuesOf } from "./job.js";
import { Queues } from "./queues.js";
import { queueOptions } from "./settings.js";

@Module({})
export class QueuesModule {
  /** @param registry the application's jobs (src/jobs.ts) */
  static register(registry: JobRegistry): DynamicModule {
    const registered = BullModule.registerQueueAsync(
      ...queuesOf(registry).map((name) => ({ name, inject: [Config], useFactory: queueOptions })),
    );
    return {
      module: QueuesModule,
      global: true,
      imports: [DiscoveryModule, registered],
      providers: [
        {
          provide: Queues,
          inject: [ModuleRef, DiscoveryService, MetadataScanner, Reflector],
          useFactory: (
            modules: ModuleRef,
            discovery: DiscoveryService,
            scanner: MetadataScanner,
            reflector: Reflector,
          ) => new Queues(registry, modules, discovery, scanner, reflector),
        },
      ],
      exports: [Queues, registered],
    };
  }
}
