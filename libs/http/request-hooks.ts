// What happens around every request: id, context, headers, origin check, metrics and one log line.
import type { FastifyInstance, FastifyRequest } from "fastify";
import { describe } from "#libs/errors/index";
import {
  context,
  type Logger,
  observeRequest,
  type RequestClient,
  resumeContext,
  runWithContext,
  type WorkContext,
} from "#libs/observability/index";
import { sendProblem } from "./problem.filter.js";
import { assertSameOrigin } from "./same-origin.js";
import { dataHeaders, securityHeaders } from "./security-headers.js";

/** What the hooks need to know of the configuration. */
export interface RequestHookOptions {
  logger: Logger;
  publicUrl?: string;
}

/** Paths whose answers are data, never documents. */
const DATA_PATH = /^\/+(api|v1|health|metrics)(\/|$|\?)/;

/** Asked every few seconds by whatever watches the process: of interest only when something is looked for. */
const PROBE = /^\/(health\/|metrics$)/;

/** Where a request carries its context. */
const WORK = Symbol("work");
type WorkedOn = FastifyRequest & { [WORK]: Readonly<WorkContext> | null };

/** Adds the hooks; to be called before any route is registered. */
export function addRequestHooks(fastify: FastifyInstance, { logger, publicUrl }: RequestHookOptions): void {
  const https = publicUrl?.startsWith("https:") ?? false;
  const [ofDocuments, ofData] = [securityHeaders(https), dataHeaders(https)];
  fastify.decorateRequest(WORK, null);

  fastify.addHook("onRequest", (request, reply, done) => {
    reply.headers(DATA_PATH.test(request.url) ? ofData : ofDocuments).header("x-request-id", String(request.id));
    const begin = () => {
      (request as WorkedOn)[WORK] = context();
      done();
    };
    runWithContext({ requestId: String(request.id) }, begin, () => clientOf(request));
  });
  fastify.addHook("onRequest", (request, reply, done) => {
    try {
      assertSameOrigin(request.method, request.headers, publicUrl);
    } catch (error) {
      // Answered here: routes of plugins have error handlers of their own.
      sendProblem(reply, describe(error), request);
      return;
    }
    done();
  });
  // Reading the body ends in the connection's own async chain: the context has to be taken up again.
  fastify.addHook("preValidation", (request, _reply, done) => {
    resumeContext((request as WorkedOn)[WORK] ?? {}, done);
  });
  // Fastify would close the connection under a client that is still sending: it would never read why it was refused.
  // Kept open, Node reads the rest away (within the request's time limit) and the answer arrives.
  fastify.addHook("onSend", (_request, reply, _payload, done) => {
    if (reply.statusCode === 413) reply.removeHeader("connection");
    done();
  });
  fastify.addHook("onResponse", (request, reply, done) => {
    const route = request.is404 ? "unmatched" : (request.routeOptions.url ?? "unmatched");
    observeRequest(request.method, route, reply.statusCode, reply.elapsedTime);
    const level = PROBE.test(route) ? "debug" : "info";
    if (logger.writes(level))
      logger.write(level, "http_request", {
        requestId: String(request.id),
        ...(request as WorkedOn)[WORK],
        method: request.method,
        route,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
      });
    done();
  });
}

function clientOf({ ip, headers }: FastifyRequest): RequestClient {
  const userAgent = headers["user-agent"];
  return { ip, ...(userAgent !== undefined && { userAgent }) };
}
