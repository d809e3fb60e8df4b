// The worker process: queues, sweeps, and its own small server for health and metrics.
import { setTimeout as sleep } from "node:timers/promises";
import type { INestApplicationContext } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { Config, loadConfig, runProcess } from "#libs/config/index";
import { Database } from "#libs/database/index";
import { HealthChecks, Logger, NestLogger, startOperationsServer, startWorkerBeat } from "#libs/observability/index";
import { Queues } from "#libs/queues/index";
import { RedisClients } from "#libs/redis/index";
import { LiveGenerations } from "#src/chat/live-generations";
import { StreamFlusher } from "#src/chat/stream-flusher";
import { WorkerModule } from "./worker.module.js";

/** Jobs of the other names that one worker runs at once. */
const SMALL_JOBS = 10;
/** After the drain time streams get this long to write their end, ms. */
const LAST_WORDS_MS = 3_000;

await runProcess(async () => {
  const config = loadConfig();
  const logger = new Logger({ level: config.logLevel, service: "worker" });
  const app = await NestFactory.createApplicationContext(WorkerModule.register(config, logger), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const redis = app.get(RedisClients);
  const health = app.get(HealthChecks);
  health.add("database", async () => void (await app.get(Database).query("SELECT 1 AS one")));
  health.add("redis", async () => void (await redis.main.ping()));
  const server = await startOperationsServer(config.workerPort, {
    health,
    host: config.host,
    ...(config.metricsToken !== undefined && { metricsToken: config.metricsToken }),
  });
  const running = app.get(LiveGenerations);
  app.get(Queues).consume((job) => (job === "chat.generate-reply" ? config.workerConcurrency : SMALL_JOBS));
  const endBeat = startWorkerBeat(redis.main, running.workerId);
  const stop = () => {
    endBeat();
    health.stop();
    void shutDown(app, logger).then(() => server.close());
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  logger.info("worker_ready", { workerId: running.workerId });
  process.send?.({ ready: true });
});

/** No new claims; streams finish within the drain time or are ended with what they have; then the process ends. */
async function shutDown(app: INestApplicationContext, logger: Logger): Promise<void> {
  const { drainMs } = app.get(Config);
  const running = app.get(LiveGenerations);
  logger.info("worker_stopping", { active: running.size });
  const paused = app
    .get(Queues)
    .pause()
    .catch((error: unknown) => logger.warn("pause_failed", { error }));
  await Promise.race([paused, sleep(2_000)]);
  await untilIdle(running, drainMs);
  running.abortAll("shutdown");
  await untilIdle(running, LAST_WORDS_MS);
  await app.get(StreamFlusher).drain(LAST_WORDS_MS);
  setTimeout(() => process.exit(1), LAST_WORDS_MS).unref();
  await app.close().catch((error: unknown) => logger.error("worker_stop_failed", { error }));
  logger.info("worker_stopped");
  process.exit(0);
}

async function untilIdle(running: LiveGenerations, ms: number): Promise<void> {
  const deadline = performance.now() + ms;
  while (running.size > 0 && performance.now() < deadline) await sleep(50);
}
