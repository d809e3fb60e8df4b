// The small HTTP server of processes without an API: liveness, readiness and metrics.

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { HealthChecks } from "./health.js";
import { mayReadMetrics, registry } from "./metrics.js";

/** What the server needs to know. */
export interface OperationsServerOptions {
  health: HealthChecks;
  /** Where to listen; loopback unless configured otherwise. */
  host?: string;
  metricsToken?: string;
}

/**
 * Listens for `GET /health/live`, `GET /health/ready` and `GET /metrics`.
 * @param port 0 takes any free one
 * @throws the listen error, when the port is taken
 */
export async function startOperationsServer(port: number, options: OperationsServerOptions): Promise<Server> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    answer(request, response, options).catch(() => response.destroy());
  });
  server.listen(port, options.host ?? "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { health, metricsToken }: OperationsServerOptions,
): Promise<void> {
  const path = (request.url ?? "/").split("?", 1)[0];
  if (request.method !== "GET" && request.method !== "HEAD")
    return send(response, 405, { status: "method_not_allowed" });
  if (path === "/health/live") return send(response, 200, { status: "live" });
  if (path === "/health/ready") {
    const readiness = await health.readiness();
    return send(response, readiness.status === "ready" ? 200 : 503, readiness);
  }
  if (path === "/metrics") {
    if (!mayReadMetrics(request.headers.authorization, metricsToken))
      return send(response, 401, { status: "unauthorized" });
    response.writeHead(200, { "content-type": registry.contentType });
    response.end(await registry.metrics());
    return;
  }
  send(response, 404, { status: "not_found" });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
