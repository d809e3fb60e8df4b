// Answers every error of the REST API as problem+json, and logs it once.
import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from "@nestjs/common";
import type { FastifyReply, FastifyRequest } from "fastify";
import { describe, type ErrorDescription, openAiErrorOf, problemOf } from "#libs/errors/index";
import { Logger } from "#libs/observability/index";

/** The global exception filter of the HTTP side. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== "http") throw error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const described = describe(error);
    logProblem(this.logger, described, error, request);
    if (reply.sent || reply.raw.headersSent) {
      // A stream that has begun cannot become another answer: cutting it is the only honest sign.
      if (!reply.raw.writableEnded) reply.raw.destroy();
      return;
    }
    sendProblem(reply, described, request);
  }
}

/**
 * Sends a described error: problem+json, or OpenAI's form to clients of the gateway. The path goes out without its query,
 * which may hold what proxies and logs must not see.
 */
export function sendProblem(reply: FastifyReply, described: ErrorDescription, request: FastifyRequest): void {
  const { status, retryAfterMs, limit } = described;
  if (retryAfterMs !== undefined) {
    const seconds = String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
    reply.header("retry-after", seconds);
    // Of the limit that is reached, in the place of a wider one that is not.
    if (limit !== undefined)
      reply.headers({ "ratelimit-limit": String(limit), "ratelimit-remaining": "0", "ratelimit-reset": seconds });
  }
  // RFC 9110 §11.6.1: says what credentials are taken. Browsers do not ask for bearer tokens, and so show no prompt.
  if (status === 401) reply.header("www-authenticate", "Bearer");
  const path = pathOf(request);
  const gateway = path === "/v1" || path.startsWith("/v1/");
  const body = gateway ? openAiErrorOf(described) : problemOf(described, String(request.id), path);
  reply
    .code(status)
    .header("content-type", gateway ? "application/json; charset=utf-8" : "application/problem+json; charset=utf-8")
    .header("cache-control", "no-store")
    .send(JSON.stringify(body));
}

/** The path of a request as it was asked, without its query. */
export function pathOf(request: Pick<FastifyRequest, "url">): string {
  return request.url.split("?", 1)[0] ?? "/";
}

/** Logs an error that is answered. */
export function logProblem(logger: Logger, described: ErrorDescription, error: unknown, request: FastifyRequest): void {
  const { code, status, level } = described;
  logger.write(level === "info" ? "debug" : level, "request_failed", {
    requestId: String(request.id),
    code,
    status,
    method: request.method,
    ...(request.routeOptions?.url && { route: request.routeOptions.url }),
    ...(level === "error" && { error }),
  });
}
