// Puts the API application together, ready to listen; main.ts, the tests and the document writer all start from here.
import { join } from "node:path";
import { NestFactory } from "@nestjs/core";
import type { NestFastifyApplication } from "@nestjs/platform-fastify";
import type { FastifyInstance } from "fastify";
import type { Config } from "#libs/config/index";
import { addRequestHooks, honourIdempotencyKeys } from "#libs/http/index";
import { Logger, NestLogger } from "#libs/observability/index";
import { Queues } from "#libs/queues/index";
import { AccessService } from "#src/auth/access.service";
import { AuditTrail } from "#src/auth/audit-trail";
import { RequestRates } from "#src/auth/request-rates";
import { GatewayDoor } from "#src/gateway/gateway-door";
import { GatewayModels } from "#src/gateway/gateway-models";
import { addGateway } from "#src/gateway/gateway-routes";
import { SocketAdapter } from "#src/realtime/socket-adapter";
import { ApiModule } from "./api.module.js";
import { addDocs } from "./openapi/docs-page.js";
import { buildDocument } from "./openapi/document.js";
import { addQueueDashboard } from "./queue-dashboard.js";
import { addBodyParsing, createAdapter } from "./server.js";
import { VERSION } from "./version.js";
import { addWebApp } from "./web-app.js";

/** Choices of a caller that is not main(). */
export interface CreateApiOptions {
  logger?: Logger;
  /** Folder of the built web app; default `dist/web`. */
  webRoot?: string;
}

/** dist/apps/api → dist/web */
const WEB_ROOT = join(import.meta.dirname, "../../web");

/**
 * Creates and initialises the application (databases and Redis are connected), without listening.
 * @throws when the database cannot be opened or its schema is old
 */
export async function createApi(config: Config, options: CreateApiOptions = {}): Promise<NestFastifyApplication> {
  const logger = options.logger ?? new Logger({ level: config.logLevel, service: "api" });
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.register(config, logger),
    createAdapter(config),
    {
      logger: new NestLogger(logger),
      abortOnError: false,
      bodyParser: false,
    },
  );
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  addRequestHooks(fastify, { logger, ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }) });
  addBodyParsing(fastify);
  await addWebApp(fastify, options.webRoot ?? WEB_ROOT);
  await addDocs(fastify, () => JSON.stringify(buildDocument(app, VERSION)));
  const access = app.get(AccessService, { strict: false });
  const find = { strict: false };
  const [door, models, rates] = [app.get(GatewayDoor, find), app.get(GatewayModels, find), app.get(RequestRates, find)];
  await addGateway(fastify, { access, rates, door, models, logger });
  await addQueueDashboard(fastify, {
    queues: app.get(Queues),
    audit: app.get(AuditTrail, find),
    operatorOf: async ({ headers }) => {
      const account = await access.authenticate(headers);
      return account?.isOperator ? account : null;
    },
  });
  honourIdempotencyKeys(app);
  // biome-ignore lint/correctness/useHookAtTopLevel: a method of Nest's, no hook of React's
  app.useWebSocketAdapter(new SocketAdapter(app));
  await app.init();
  return app;
}
