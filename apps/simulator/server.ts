// The HTTP side: one listener, authentication, the table of paths, and the one place that writes errors.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Decimal } from "./money/decimal.js";
import { activity, credits, generation, keyInfo } from "./routes/account.js";
import { chat, responses } from "./routes/chat.js";
import { control, journal, reset, scenarios } from "./routes/control.js";
import { embeddings } from "./routes/embeddings.js";
import type { Exchange } from "./routes/exchange.js";
import { countModels, endpointsOf, listEmbeddingModels, listModels, listProviders, oneModel } from "./routes/models.js";
import { asksForMetadata } from "./routes/routing-metadata.js";
import { type ApiKey, fingerprintOf } from "./state/accounts.js";
import { cacheWish } from "./state/answer-cache.js";
import type { JournalEntry } from "./state/journal.js";
import type { Settings } from "./state/settings.js";
import { requestId, sha256 } from "./text/random.js";
import { Fault } from "./wire/fault.js";
import { asObject, asText, type JsonObject } from "./wire/json.js";
import { readBody, sendFault, sendJson } from "./wire/reply.js";
import { isoNow, type World } from "./world.js";

/** Where the OpenRouter paths begin. */
export const BASE = "/api/v1";
/** Larger bodies are in the journal by their hash only. */
const LARGEST_KEPT_BODY = 64 * 1024;
/** Headers that may hold a secret are never kept. */
const SECRET_HEADERS = /^(authorization|cookie|proxy-authorization|x-api-key)$/;

/** One request on its way through the server. */
type Visit = {
  readonly world: World;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly initial: Partial<Settings>;
};

function bearer(req: IncomingMessage): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(req.headers.authorization ?? "")?.[1];
}

function keyOf({ world, req }: Visit): ApiKey {
  const secret = bearer(req);
  if (!secret) throw new Fault(401, "Missing Authentication header", { type: "authentication" });
  const key = world.accounts.find(secret, world.settings.strictKeys, world.now());
  if (!key) throw new Fault(401, "User not found.", { type: "authentication" });
  return key;
}

function parseObject(bytes: Buffer): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new Fault(400, "Request body is not valid JSON", { type: "invalid_request" });
  }
  const body = asObject(parsed);
  if (!body) throw new Fault(400, "Request body must be a JSON object", { type: "invalid_request" });
  return body;
}

function openEntry({ world, req, path }: Visit): JournalEntry {
  const kept = Object.entries(req.headers).filter(([name]) => !SECRET_HEADERS.test(name));
  const secret = bearer(req);
  return world.journal.open({
    id: requestId(),
    at: isoNow(world),
    method: req.method ?? "GET",
    path,
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    key: secret ? fingerprintOf(secret) : null,
  });
}

async function infer(visit: Visit, entry: JournalEntry): Promise<void> {
  const { world, req, res, path } = visit;
  const bytes = await readBody(req, world.settings.maxBodyBytes);
  entry.bodySha256 = sha256(bytes);
  if (world.settings.keepBodies && bytes.length <= LARGEST_KEPT_BODY) entry.body = bytes.toString("utf8");
  const key = keyOf(visit);
  const body = parseObject(bytes);
  entry.model = asText(body["model"]) ?? null;
  entry.stream = body["stream"] === true;
  const wantsMetadata = asksForMetadata(req.headers);
  const exchange: Exchange = { world, res, journal: entry, key, wantsMetadata, cache: cacheWish(req.headers) };
  if (path === "/embeddings") return embeddings(exchange, body);
  if (path === "/responses") return responses(exchange, body);
  await chat(exchange, body);
}

function modelRoute({ world, path, query }: Visit): JsonObject | undefined {
  if (path === "/models" || path === "/models/user") return listModels(world, query);
  if (path === "/models/count") return countModels(world, query);
  if (path === "/embeddings/models") return listEmbeddingModels(world);
  if (path === "/providers") return listProviders();
  const id = /^\/models?\/(.+?)(\/endpoints)?$/.exec(path);
  if (!id?.[1]) return undefined;
  return id[2] ? endpointsOf(world, id[1]) : oneModel(world, id[1]);
}

function readRoute(visit: Visit): JsonObject | undefined {
  const { world, path, query } = visit;
  if (path === "/models/user") keyOf(visit);
  if (path === "/generation") return generation(world, keyOf(visit), query);
  if (path === "/key" || path === "/auth/key") return keyInfo(world, keyOf(visit));
  if (path === "/credits") return credits(keyOf(visit));
  if (path === "/activity") return activity(world, keyOf(visit), query);
  return modelRoute(visit);
}

const INFERENCE = new Set(["/chat/completions", "/embeddings", "/responses"]);

async function openRouter(visit: Visit): Promise<void> {
  const { world, req, res, path } = visit;
  const entry = openEntry(visit);
  const close = (outcome: "finished" | "rejected") => world.journal.close(entry, outcome, Decimal.zero, isoNow(world));
  try {
    if (req.method === "POST" && INFERENCE.has(path)) {
      await infer(visit, entry);
      if (entry.generationId === null) close("rejected");
      return;
    }
    const body = req.method === "GET" || req.method === "HEAD" ? readRoute(visit) : undefined;
    if (!body) throw new Fault(404, `Not found: ${req.method} ${path.slice(0, 100)}`, { type: "not_found" });
    entry.status = 200;
    sendJson(res, 200, body);
    close("finished");
  } catch (error) {
    entry.status = error instanceof Fault ? error.status : 500;
    close("rejected");
    throw error;
  }
}

async function controlPlane(visit: Visit): Promise<void> {
  const { world, req, res, path, query, initial } = visit;
  const route = `${req.method} ${path}`;
  if (route === "GET /__journal") return sendJson(res, 200, journal(world, query));
  if (route === "GET /__journal/summary") return sendJson(res, 200, world.journal.summary());
  if (route === "GET /__scenarios") return sendJson(res, 200, scenarios(world));
  if (route === "GET /__control") return sendJson(res, 200, { settings: world.settings });
  const bytes = await readBody(req, world.settings.maxBodyBytes);
  if (route === "POST /__reset") return sendJson(res, 200, reset(world, initial));
  if (route === "POST /__control") return sendJson(res, 200, control(world, parseObject(bytes)));
  throw new Fault(404, `Not found: ${route.slice(0, 100)}`, { type: "not_found" });
}

function decodePath(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    throw new Fault(400, "The path is not well-formed", { type: "invalid_request" });
  }
}

async function visit(
  world: World,
  req: IncomingMessage,
  res: ServerResponse,
  initial: Partial<Settings>,
): Promise<void> {
  const url = new URL(req.url ?? "/", "http://simulator");
  const pathname = decodePath(url.pathname);
  if (req.method === "OPTIONS") {
    const allow = { "access-control-allow-methods": "*", "access-control-allow-headers": "*" };
    return sendJson(res, 200, {}, allow);
  }
  const at = { world, req, res, query: url.searchParams, initial };
  if (pathname.startsWith(`${BASE}/`)) return openRouter({ ...at, path: pathname.slice(BASE.length) });
  if (pathname.startsWith("/__")) return controlPlane({ ...at, path: pathname });
  throw new Fault(404, `Not found. The API is at ${BASE}.`, { type: "not_found" });
}

/** Makes the HTTP server for a world; `initial` are the settings that a reset goes back to. */
export function httpServer(world: World, initial: Partial<Settings>): Server {
  const server = createServer({ keepAlive: true, requestTimeout: 0, keepAliveTimeout: 65_000 }, (req, res) => {
    // A client may leave at any moment; what that means is decided where the answer is played.
    res.on("error", () => {});
    visit(world, req, res, initial).catch((error: unknown) => {
      if (!(error instanceof Fault))
        process.stderr.write(`simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
      sendFault(res, error instanceof Fault ? error : new Fault(500, "Internal Server Error", { type: "server" }));
      req.resume();
    });
  });
  server.maxRequestsPerSocket = 0;
  return server;
}
