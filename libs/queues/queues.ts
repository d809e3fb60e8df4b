// Typed access to the queues: add() for producers, @Handles for consumers, a boot check between them.

import { getQueueToken } from "@nestjs/bull";
import { Injectable, type OnModuleInit, SetMetadata } from "@nestjs/common";
import { DiscoveryService, MetadataScanner, ModuleRef, Reflector } from "@nestjs/core";
import type { Job, JobOptions, Queue } from "bull";
import { context, runWithContext } from "#libs/observability/index";
import type { JobRegistry } from "./job.js";

const HANDLES = "parley:handles-job";

/** Marks the method of a provider that handles the job. It gets the parsed payload and an AbortSignal of the shutdown. */
export const Handles = (jobName: string): MethodDecorator => SetMetadata(HANDLES, jobName);

/** A handler as the worker calls it. */
export type JobHandler = (payload: never, job: { id: string; attempt: number }) => Promise<void>;

/** The queues of one process. */
@Injectable()
export class Queues implements OnModuleInit {
  private readonly queues = new Map<string, Queue>();

  constructor(
    private readonly registry: JobRegistry,
    private readonly modules: ModuleRef,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    // Every queue gets its listeners, also one that this process never uses: closing it opens a connection.
    this.all();
  }

  /**
   * Hands a job to the workers.
   * @throws ZodError when the payload does not fit, ioredis errors when Redis is away for too long
   */
  async add(jobName: string, payload: object, options: JobOptions = {}): Promise<void> {
    const definition = this.definition(jobName);
    await this.queue(definition.queue).add(jobName, definition.payload.parse(payload), {
      ...definition.options,
      ...options,
    });
  }

  /** Every queue by name, for the dashboard and metrics. */
  all(): Map<string, Queue> {
    for (const definition of Object.values(this.registry)) this.queue(definition.queue);
    return this.queues;
  }

  /**
   * Starts consuming. Refuses to boot when a registered job has no handler, or two.
   * @param concurrency jobs of one name that this process runs at once
   */
  consume(concurrency: (jobName: string) => number): void {
    const handlers = this.handlers();
    const missing = Object.keys(this.registry).filter((name) => !handlers.has(name));
    if (missing.length > 0) throw new Error(`No handler for job ${missing.join(", ")}`);
    for (const [jobName, handle] of handlers) {
      const definition = this.definition(jobName);
      void this.queue(definition.queue).process(jobName, concurrency(jobName), (work: Job) =>
        runWithContext({ ...context(), jobId: String(work.id) }, () =>
          handle(definition.payload.parse(work.data) as never, { id: String(work.id), attempt: work.attemptsMade + 1 }),
        ),
      );
    }
  }

  /** Takes no new jobs; running ones go on. */
  async pause(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.pause(true, true)));
  }

  private handlers(): Map<string, JobHandler> {
    const found = new Map<string, JobHandler>();
    for (const { instance } of this.discovery.getProviders()) {
      if (!instance || typeof instance !== "object") continue;
      for (const method of this.scanner.getAllMethodNames(Object.getPrototypeOf(instance))) {
        const handler = (instance as Record<string, JobHandler>)[method];
        const jobName = handler && this.reflector.get<string | undefined>(HANDLES, handler);
        if (!jobName) continue;
        this.definition(jobName);
        if (found.has(jobName)) throw new Error(`Two handlers for job ${jobName}`);
        found.set(jobName, handler.bind(instance) as JobHandler);
      }
    }
    return found;
  }

  private definition(jobName: string): JobRegistry[string] {
    const definition = this.registry[jobName];
    if (!definition) throw new Error(`Job ${jobName} is not in the registry`);
    return definition;
  }

  private queue(name: string): Queue {
    let queue = this.queues.get(name);
    if (!queue) {
      queue = this.modules.get<Queue>(getQueueToken(name), { strict: false });
      // Redis being away is seen in readiness and by failing commands; an "error" event without a listener ends the process.
      queue.on("error", () => undefined);
      queue.once("close", () => closeConnections(queue as Queue));
      this.queues.set(name, queue);
    }
    return queue;
  }
}

/** Bull leaves connections open that it did not make itself: they would keep the process alive and reconnect for ever. */
function closeConnections(queue: Queue): void {
  const parts = queue as unknown as Record<string, { disconnect(): void } | boolean | undefined>;
  for (const [part, flag] of [
    ["client", "clientInitialized"],
    ["eclient", "subscriberInitialized"],
    ["bclient", "bclientInitialized"],
  ] as const) {
    const connection = parts[flag] ? parts[part] : undefined;
    if (typeof connection === "object") connection.disconnect();
  }
}
