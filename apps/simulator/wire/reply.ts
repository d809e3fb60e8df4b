// Writing JSON answers and reading request bodies over plain node:http.
import type { IncomingMessage, ServerResponse } from "node:http";
import { Fault } from "./fault.js";

const COMMON = { "access-control-allow-origin": "*" } as const;

/** Sends a JSON answer in one piece. */
export function sendJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (res.destroyed || res.headersSent) return;
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  res.writeHead(status, {
    ...COMMON,
    "content-type": "application/json",
    "content-length": String(bytes.length),
    ...headers,
  });
  res.end(bytes);
}

/** Sends an error as JSON, or as HTML where the fault stands for an edge's page. */
export function sendFault(res: ServerResponse, fault: Fault): void {
  const { html, headers } = fault.details;
  if (html === undefined) {
    sendJson(res, fault.status, fault.body(), headers);
    return;
  }
  if (res.destroyed || res.headersSent) return;
  res.writeHead(fault.status, { ...COMMON, "content-type": "text/html; charset=UTF-8", ...headers });
  res.end(html);
}

/**
 * Reads a whole body. Above `limit` bytes it drains the rest, so that the client can read the 413, and throws it.
 * Rejects when the client goes away while sending.
 */
export async function readBody(req: IncomingMessage, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= limit) parts.push(part);
    else parts.length = 0;
  }
  if (size > limit) throw new Fault(413, "Request body is too large", { type: "payload_too_large" });
  return Buffer.concat(parts);
}
