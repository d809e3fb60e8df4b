// The Fastify server of the API: limits, body parsing, and answers to what is refused before any route is found.
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { v7 as uuidv7 } from "uuid";
import type { Config } from "#libs/config/index";
import { describe, problemOf } from "#libs/errors/index";
import { requestIdOf, securityHeaders, sendProblem } from "#libs/http/index";

/** Largest JSON body of the REST API, bytes. */
export const JSON_LIMIT = 1024 * 1024;
/** All headers of a request together, bytes. */
const HEADER_LIMIT = 16 * 1024;
/** A request must have arrived as a whole within this, ms: Fastify's default is no limit at all (slow loris). */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than the idle time of usual load balancers (60 s), so that it is never we who close first, ms. */
const KEEP_ALIVE_MS = 65_000;
/** Ids and share tokens fit; longer parameters are refused by the router. */
const MAX_PARAM_LENGTH = 256;

/** The Nest adapter with all limits set. */
export function createAdapter(config: Config): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    // Only so many proxies in front are believed about who asks; none by default.
    trustProxy: config.trustProxyHops > 0 ? (_address: string, hop: number) => hop < config.trustProxyHops : false,
    bodyLimit: JSON_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestIdHeader: false,
    genReqId: requestIdOf,
    http: { maxHeaderSize: HEADER_LIMIT, headersTimeout: HEADERS_TIMEOUT_MS },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      // The router refuses malformed addresses before any hook has run.
      for (const [name, value] of Object.entries(securityHeaders(false))) reply.header(name, value);
      reply.header("x-request-id", String(request.id));
      const status = error.statusCode === 414 ? 414 : 400;
      sendProblem(reply, describe({ name: "FastifyError", statusCode: status }), request);
    },
    clientErrorHandler: refuseConnection,
  });
}

/** JSON only, and an empty JSON body is no body; uploads are parsed by the features that take them. */
export function addBodyParsing(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const parse = fastify.getDefaultJsonParser("error", "error");
  fastify.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") return done(null, undefined);
    return parse(request, body as string, done);
  });
}

/** Bytes that are no HTTP, headers that are too large or too slow: Node has no request to answer, only a socket. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  // A reset connection has nobody left to answer to; an answer that has begun must not get a second head.
  const begun = (socket as Socket & { _httpMessage?: ServerResponse })._httpMessage?.headersSent;
  if (error.code === "ECONNRESET" || !socket.writable || begun) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === "HPE_HEADER_OVERFLOW";
  const statusCode = tooLarge ? 431 : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
  const requestId = uuidv7();
  const body = JSON.stringify(problemOf(describe({ name: "FastifyError", statusCode }), requestId));
  const reason = { 400: "Bad Request", 408: "Request Timeout", 431: "Request Header Fields Too Large" }[statusCode];
  socket.end(
    `HTTP/1.1 ${statusCode} ${reason}\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nX-Request-Id: ${requestId}\r\nConnection: close\r\n\r\n${body}`,
  );
}
