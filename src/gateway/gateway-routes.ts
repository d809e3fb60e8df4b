// The addresses of the gateway. On Fastify itself: guards, pipes and interceptors of the REST API would cost each call (performance §8.6).
import type { FastifyInstance, FastifyRequest } from "fastify";
import { describe, UnauthorizedError } from "#libs/errors/index";
import { logProblem, sendProblem } from "#libs/http/index";
import { type Logger } from "#libs/observability/index";
import { type AccessService } from "#src/auth/access.service";
import { type RequestRates } from "#src/auth/request-rates";
import { type Caller } from "./gateway.js";
import { type GatewayDoor } from "./gateway-door.js";
import { type GatewayModels, type Part } from "./gateway-models.js";
import { ENDPOINTS } from "./gateway-request.js";

/** Largest body, bytes: prompts may hold images. */
export const GATEWAY_LIMIT = 8 * 1024 * 1024;
/** Where it lives. */
const PREFIX = "/v1";

/** What the routes call. */
export interface GatewayParts {
  access: AccessService;
  rates: RequestRates;
  door: GatewayDoor;
  models: GatewayModels;
  logger: Logger;
}

/**
 * Adds the routes. Every one of them asks {@link AccessService.actorOfKey} before its body is read: a platform key, its scope,
 * its role and its rate. Who has none is counted by address.
 */
export async function addGateway(
  fastify: FastifyInstance,
  { access, rates, door, models, logger }: GatewayParts,
): Promise<void> {
  const callers = new WeakMap<FastifyRequest, Caller>();
  const callerOf = (request: FastifyRequest): Caller => {
    const caller = callers.get(request);
    if (!caller) throw new Error("A route of the gateway was reached without its key being checked");
    return caller;
  };
  await fastify.register(
    async (v1) => {
      v1.removeAllContentTypeParsers();
      // Kept as bytes: they are what the provider gets.
      v1.addContentTypeParser(
        "application/json",
        { parseAs: "buffer", bodyLimit: GATEWAY_LIMIT },
        (_request, body, done) => done(null, body),
      );
      v1.setErrorHandler((error, request, reply) => {
        const described = describe(error);
        logProblem(logger, described, error, request);
        sendProblem(reply, described, request);
        return reply;
      });
      v1.addHook("onRequest", async (request, reply) => {
        const asking = access.actorOfKey(request.headers, "gateway.use", reply).catch(async (error: unknown) => {
          if (error instanceof UnauthorizedError) await rates.countAddress(request.ip, reply);
          throw error;
        });
        callers.set(request, await asking);
      });
      for (const endpoint of ENDPOINTS)
        v1.post(endpoint.path, (request, reply) => door.call(endpoint, callerOf(request), request, reply));
      v1.get("/models", async (request, reply) => {
        const { workspaceId, key } = callerOf(request);
        reply.header("content-type", "application/json; charset=utf-8");
        return models.list(workspaceId, key, request.query as Part);
      });
      // Ids hold slashes; some clients encode them, some do not.
      v1.get("/models/*", async (request) => {
        const { workspaceId, key } = callerOf(request);
        return models.one(workspaceId, key, (request.params as { "*": string })["*"]);
      });
    },
    { prefix: PREFIX },
  );
}
