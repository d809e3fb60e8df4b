// The API process: HTTP, Socket.IO and the built web app.
import type { NestFastifyApplication } from "@nestjs/platform-fastify";
import { type Config, ConfigError, loadConfig, runProcess } from "#libs/config/index";
import { HealthChecks, Logger } from "#libs/observability/index";
import { createApi } from "./create-api.js";

/** Connections that are still busy after this are cut, ms: streams of answers resume by seq elsewhere. */
const CLOSE_BUSY_MS = 3_000;
/** The process ends after this whatever hangs, ms. */
const GIVE_UP_MS = 10_000;

await runProcess(async () => {
  const config = loadConfig();
  const logger = new Logger({ level: config.logLevel, service: "api" });
  const app = await createApi(config, { logger });
  await listen(app, config);
  const stop = () => void shutDown(app, logger);
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  const address = app.getHttpServer().address();
  const port = typeof address === "object" && address !== null ? address.port : config.port;
  logger.info("api_ready", { host: config.host, port });
  process.send?.({ ready: true, port });
});

async function listen(app: NestFastifyApplication, config: Config): Promise<void> {
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    await app.close();
    if (code === "EADDRINUSE") throw new ConfigError([`PORT ${config.port} is taken by another process`]);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
      throw new ConfigError([`HOST ${config.host} is no address of this machine`]);
    if (code === "EACCES") throw new ConfigError([`PORT ${config.port} may not be opened by this user`]);
    throw error;
  }
}

/** Readiness off, no new connections, running requests end, then the process does. */
async function shutDown(app: NestFastifyApplication, logger: Logger): Promise<void> {
  logger.info("api_stopping");
  app.get(HealthChecks).stop();
  setTimeout(() => process.exit(1), GIVE_UP_MS).unref();
  const cut = setTimeout(() => app.getHttpServer().closeAllConnections(), CLOSE_BUSY_MS);
  try {
    await app.close();
  } catch (error) {
    logger.error("api_stop_failed", { error });
  }
  clearTimeout(cut);
  logger.info("api_stopped");
  process.exit(0);
}
