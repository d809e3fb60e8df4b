// The ONE mapper from any thrown value to what may be told about it; every edge (HTTP, socket ack, stream event, job log) renders its answer.
import { DomainError, type ErrorLevel, type FieldError } from "./domain-error.js";

/** What the outside may know of an error, whatever was thrown. Times in milliseconds. */
export interface ErrorDescription {
  code: string;
  status: number;
  message: string;
  retryable: boolean;
  level: ErrorLevel;
  errors?: FieldError[];
  details?: Record<string, unknown>;
  retryAfterMs?: number;
  limit?: number;
}

/** Describes any thrown value. Unknown errors become 500 `internal` with a text that tells nothing of the inside. */
export function describe(error: unknown): ErrorDescription {
  if (error instanceof DomainError) return describeDomain(error);
  const facts = factsOf(error);
  return describeStorage(facts) ?? describeRedis(facts) ?? describeEdge(facts) ?? INTERNAL();
}

const INTERNAL = (): ErrorDescription => ({
  code: "internal",
  status: 500,
  message: "Something went wrong on our side. The request id helps the operator to find out what.",
  retryable: false,
  level: "error",
});

function describeDomain(error: DomainError): ErrorDescription {
  const { code, status, message, retryable, level, errors, details, retryAfterMs, limit } = error;
  return {
    code,
    status,
    message,
    retryable,
    level,
    ...(errors && { errors }),
    ...(details && { details }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(limit !== undefined && { limit }),
  };
}

/** What can be read off a foreign error without trusting its shape. */
interface Facts {
  names: string[];
  codes: string[];
  message: string;
  status?: number;
}

function factsOf(error: unknown, depth = 0): Facts {
  const facts: Facts = { names: [], codes: [], message: "" };
  if (typeof error !== "object" || error === null) return facts;
  const source = error as Record<string, unknown>;
  if (typeof source["name"] === "string") facts.names.push(source["name"]);
  if (typeof source["code"] === "string") facts.codes.push(source["code"]);
  if (typeof source["message"] === "string") facts.message = source["message"];
  const status = source["statusCode"] ?? source["status"];
  if (typeof status === "number") facts.status = status;
  // TypeORM keeps the driver's error in driverError; others in cause.
  for (const inner of [source["driverError"], source["cause"]]) {
    if (!inner || depth >= 3) continue;
    const found = factsOf(inner, depth + 1);
    facts.names.push(...found.names);
    facts.codes.push(...found.codes);
    facts.message ||= found.message;
  }
  return facts;
}

// SQLite result codes (sqlite.org/rescode.html) and PostgreSQL SQLSTATE (appendix A: 53100 disk_full, 55P03 lock_not_available,
// 40001 serialization_failure, 40P01 deadlock_detected, class 08 connection exceptions, 57P0x shutdown, 53300 too_many_connections).
const FULL = /^(SQLITE_FULL|ENOSPC|EDQUOT|53100)$/;
const BUSY = /^(DATABASE_BUSY|SQLITE_BUSY(_\w+)?|SQLITE_LOCKED(_\w+)?|55P03|40001|40P01)$/;
const DATABASE_DOWN = /^(08\w{3}|57P0[123]|53300|SQLITE_CANTOPEN(_\w+)?)$/;

function describeStorage(facts: Facts): ErrorDescription | undefined {
  if (facts.codes.some((code) => FULL.test(code))) {
    const message = "The server has no storage space left. Nothing was written.";
    return { code: "storage_full", status: 507, message, retryable: true, level: "error", retryAfterMs: 30_000 };
  }
  if (facts.codes.some((code) => BUSY.test(code)) || /database (table )?is locked/i.test(facts.message)) {
    return busy("The database is busy. Try again in a moment.");
  }
  if (facts.codes.some((code) => DATABASE_DOWN.test(code)))
    return busy("The database cannot be reached at the moment.");
  return undefined;
}

const CONNECTION_LOST = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|NR_CLOSED)$/;
// Replies of a Redis that cannot serve writes now: loading its file, read-only replica, out of memory, failing to persist.
const REDIS_REPLY = /^(LOADING|READONLY|OOM|MISCONF|MASTERDOWN|CLUSTERDOWN|TRYAGAIN) /;

function describeRedis(facts: Facts): ErrorDescription | undefined {
  const lost =
    facts.names.some((name) => name === "MaxRetriesPerRequestError" || name === "ClusterAllFailedError") ||
    /^Connection is closed|Stream isn't writeable|^Command timed out$|^Command aborted due to connection close/i.test(
      facts.message,
    ) ||
    (facts.names.includes("ReplyError") && REDIS_REPLY.test(facts.message));
  if (lost) return busy("The queue cannot be reached at the moment.");
  if (facts.codes.some((code) => CONNECTION_LOST.test(code))) {
    return busy("A part of the service cannot be reached at the moment.");
  }
  return undefined;
}

function busy(message: string): ErrorDescription {
  return { code: "unavailable", status: 503, message, retryable: true, level: "warn", retryAfterMs: 1000 };
}

/** Codes for what Fastify and Nest refuse before our code runs; their texts may quote the body, so ours are used. */
const EDGE: Record<number, [code: string, message: string]> = {
  400: ["bad_request", "The request could not be read."],
  401: ["unauthorized", "Sign in, or send a valid platform key."],
  403: ["forbidden", "You may not do this."],
  404: ["not_found", "There is nothing at this address."],
  405: ["method_not_allowed", "This method is not offered here."],
  406: ["not_acceptable", "None of the accepted formats is offered."],
  408: ["request_timeout", "The request took too long to arrive."],
  409: ["conflict", "This cannot be done in the present state."],
  413: ["payload_too_large", "The request body is too large."],
  414: ["uri_too_long", "The address is too long."],
  415: ["unsupported_media_type", "This content type is not supported here. Send application/json."],
  422: ["unprocessable", "The request was understood, but cannot be carried out."],
  429: ["too_many_requests", "Too many requests. Try again later."],
  431: ["headers_too_large", "The request's headers are too large."],
  503: ["unavailable", "The service is not available at the moment."],
};

const BAD_JSON = /^FST_ERR_CTP_(INVALID_JSON_BODY|EMPTY_JSON_BODY)$/;

function describeEdge(facts: Facts): ErrorDescription | undefined {
  const badJson = facts.codes.some((code) => BAD_JSON.test(code)) || facts.names.includes("SyntaxError");
  if (badJson && (facts.status === 400 || facts.status === undefined)) {
    if (facts.status === undefined) return undefined;
    return { code: "bad_json", status: 400, message: "The body is not valid JSON.", retryable: false, level: "info" };
  }
  const known = facts.status === undefined ? undefined : EDGE[facts.status];
  if (!known || facts.status === undefined) return undefined;
  const retryable = facts.status === 429 || facts.status === 503 || facts.status === 408;
  return { code: known[0], status: facts.status, message: known[1], retryable, level: retryable ? "warn" : "info" };
}
