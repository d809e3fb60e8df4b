// What happens around every request: id, context, headers, origin check, metrics and one log line.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { describe } from "#libs/errors/index";
import {
  context,
  type Logger,
  noteClient,
  observeRequest,
  resumeContext,
  runWithContext,
  type WorkContext,
} from "#libs/observability/index";
import { sendProblem } from "./problem.filter.js";
import { assertSameOrigin } from "./same-origin.js";
import { DATA_POLICY, securityHeaders } from "./security-headers.js";

/** What the hooks need to know of the configuration. */
export interface RequestHookOptions {
  logger: Logger;
  publicUrl?: string;
}

/** Paths whose answers are data, never documents. */
const DATA_PATH = /^\/+(api|v1|health|metrics)(\/|$|\?)/;

/** Asked every few seconds by whatever watches the process: of interest only when something is looked for. */
const PROBE = /^\/(health\/|metrics$)/;

const contexts = new WeakMap<FastifyRequest, Readonly<WorkContext>>();

/** Adds the hooks; to be called before any route is registered. */
export function addRequestHooks(fastify: FastifyInstance, { logger, publicUrl }: RequestHookOptions): void {
  const headers = Object.entries(securityHeaders(publicUrl?.startsWith("https:") ?? false));

  fastify.addHook("onRequest", (request, reply, done) => {
    setBaseHeaders(request, reply, headers);
    runWithContext({ requestId: String(request.id) }, () => {
      contexts.set(request, context());
      const userAgent = request.headers["user-agent"];
      noteClient(context(), { ip: request.ip, ...(userAgent !== undefined && { userAgent }) });
      done();
    });
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
    resumeContext(contexts.get(request) ?? {}, done);
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
        ...contexts.get(request),
        method: request.method,
        route,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
      });
    done();
  });
}

/** On the raw response, so that answers which bypass Fastify's reply (event streams) carry them as well. */
function setBaseHeaders(request: FastifyRequest, reply: FastifyReply, headers: [string, string][]): void {
  for (const [name, value] of headers) reply.raw.setHeader(name, value);
  reply.raw.setHeader("x-request-id", String(request.id));
  if (!DATA_PATH.test(request.url)) return;
  reply.raw.setHeader("content-security-policy", DATA_POLICY);
  reply.raw.setHeader("cache-control", "no-store");
}
