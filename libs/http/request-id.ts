// Request ids: taken over from the caller when harmless, else made here.
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

// Letters that cannot break a log line, a header or a URL; long enough for trace ids of every kind.
const SANE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** The id of a request: its `x-request-id`, if it is sane, or a new UUIDv4 (Node makes those from entropy that it holds ready; nothing sorts by request id). */
export function requestIdOf(request: Pick<IncomingMessage, "headers">): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && SANE.test(given) ? given : randomUUID();
}
