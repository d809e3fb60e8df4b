// What a client of the gateway asks: read once, and passed on as the bytes that came.
import type { FastifyRequest } from "fastify";
import { InvalidInputError } from "#libs/errors/index";
import { type AnswerForm } from "#libs/openrouter/index";
import { type Actor } from "#src/auth/actor";
import { choicesOf, longestAnswer, withLongestAnswer } from "#src/budgets/answer-limits";
import { type Searches, searchesOf } from "#src/budgets/searches";
import { type ModelRules } from "#src/catalog/model-rules";

/** A kind of call: where it goes at the provider, and the form of its answer. */
export interface Endpoint {
  /** Below the base URL of both sides. */
  path: string;
  form: AnswerForm;
  /** The field without which there is nothing to answer. */
  required: "messages" | "input";
}

export const ENDPOINTS: readonly Endpoint[] = [
  { path: "/chat/completions", form: "chat", required: "messages" },
  { path: "/embeddings", form: "embeddings", required: "input" },
  { path: "/responses", form: "responses", required: "input" },
];

/** A request that may be sent to a provider. */
export interface GatewayRequest {
  endpoint: Endpoint;
  /** As it came: what is not known here passes untouched. */
  body: Buffer;
  /** The same, asking for usage: for endpoints that report it only when asked. Undefined when the client asked itself. */
  askingForUsage: () => Buffer | undefined;
  /** What is sent to the provider. */
  model: string;
  /** The models to fall back on. */
  fallbacks: readonly string[];
  /** What the budgets go by: the parts of the prompt, the searches, the longest answer, and the answers to one prompt. */
  prompt: readonly unknown[];
  searches: Searches;
  maxTokens: number | null;
  choices: number;
  /** The same request for an answer of at most so many tokens: the one case in which a body is written anew. */
  limitedTo: (maxTokens: number) => GatewayRequest;
  /** The workspace's own name by which it was asked for. */
  alias: string | null;
  stream: boolean;
  /** Headers of the client that mean something to the provider. */
  headers: Record<string, string>;
}

/** Headers that are passed on: attribution, sessions, and switches of OpenRouter. Never credentials. */
const PASSED_HEADERS = [
  "http-referer",
  "x-title",
  "x-openrouter-title",
  "x-openrouter-categories",
  "x-openrouter-cache",
  "x-openrouter-cache-ttl",
  "x-openrouter-cache-clear",
  "x-openrouter-metadata",
  "x-session-id",
  "x-anthropic-beta",
];

/**
 * Fields, without "_" and "-" and in lower case, that would name another address or key for this one request. A client must
 * not choose where the workspace's key is sent (LiteLLM's CVE-2024-6587).
 */
const ADDRESS_FIELDS = new Set(["apibase", "apiurl", "apikey", "baseurl", "azureendpoint", "apitype", "endpointurl"]);
/** Where each form keeps the longest answer that is wanted; the first one is written when there is none. */
const LIMIT_FIELDS: Record<AnswerForm, readonly [string, ...string[]]> = {
  chat: ["max_tokens", "max_completion_tokens"],
  responses: ["max_output_tokens"],
  embeddings: ["max_tokens"],
};
/** What models read: all of it is counted as the prompt. */
const PROMPT_FIELDS = [
  ...["messages", "input", "instructions", "prompt", "prediction"],
  ...["tools", "functions", "response_format", "text", "cache_control"],
];
/** Objects in which libraries wrap such fields. */
const WRAPPERS = ["provider", "extra_body", "litellm_params", "config"];

type Body = Readonly<Record<string, unknown>>;

/**
 * @param caller whose key and workspace have lists of models
 * @throws InvalidInputError 400; ForbiddenError `model_not_allowed`
 */
export function readGatewayRequest(
  endpoint: Endpoint,
  request: FastifyRequest,
  caller: Pick<Actor, "key">,
  rules: ModelRules,
): GatewayRequest {
  const bytes = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
  const body = parse(bytes);
  assertNoAddress(body);
  const given = body[endpoint.required];
  if (given === undefined || given === null || (endpoint.form === "chat" && !Array.isArray(given)))
    throw invalid(endpoint.required, endpoint.form === "chat" ? "must be a list of messages" : "must be given");
  const { model, stream = false } = body;
  if (typeof model !== "string" || model === "" || model.length > 200)
    throw invalid("model", "must be the id of a model, of 1 to 200 characters");
  if (stream !== null && typeof stream !== "boolean") throw invalid("stream", "must be true or false");
  const named = withoutAliases(body, model, caller, rules);
  const sent = named.body === body ? bytes : Buffer.from(JSON.stringify(named.body));
  return requestOf(endpoint, named.body, sent, { alias: named.alias, headers: passed(request) });
}

function requestOf(
  endpoint: Endpoint,
  body: Body,
  bytes: Buffer,
  known: Pick<GatewayRequest, "alias" | "headers">,
): GatewayRequest {
  const { models, n } = body;
  const limits = LIMIT_FIELDS[endpoint.form];
  return {
    ...known,
    endpoint,
    body: bytes,
    askingForUsage: () => withUsage(endpoint, body),
    model: body["model"] as string,
    fallbacks: Array.isArray(models) ? models.filter((one) => typeof one === "string") : [],
    prompt: PROMPT_FIELDS.map((name) => body[name]),
    searches: searchesOf(body),
    // An embedding has no tokens of its own.
    maxTokens: endpoint.form === "embeddings" ? 0 : longestAnswer(body, limits),
    choices: choicesOf(n),
    limitedTo: (maxTokens) => {
      const changed = withLongestAnswer(body, limits, maxTokens);
      return requestOf(endpoint, changed, Buffer.from(JSON.stringify(changed)), known);
    },
    stream: body["stream"] === true,
  };
}

/** The workspace's own names are its own: the provider gets ids. The same object when there was none. */
function withoutAliases(body: Body, asked: string, caller: Pick<Actor, "key">, rules: ModelRules) {
  const fallbacks = body["models"];
  const ids = Array.isArray(fallbacks)
    ? fallbacks.map((name) => (typeof name === "string" ? rules.named(name).model : name))
    : fallbacks;
  const sameIds = !Array.isArray(fallbacks) || fallbacks.every((name, index) => name === (ids as unknown[])[index]);
  const { model, alias } = rules.admit(caller, asked, sameIds ? body : { ...body, models: ids });
  if (sameIds && alias === null) return { body, model, alias };
  return { body: { ...body, model, ...(!sameIds && { models: ids }) }, model, alias };
}

function parse(bytes: Buffer): Body {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw invalid("", "The body is not valid JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid("", "The body must be an object.");
  return value as Body;
}

function assertNoAddress(body: Body): void {
  const refuse = (path: string) => {
    throw invalid(path, "is not allowed: the provider's address and key are set by the workspace alone");
  };
  const isAddress = (name: string) => ADDRESS_FIELDS.has(name.replaceAll(/[_-]/g, "").toLowerCase());
  for (const name of Object.keys(body)) if (isAddress(name)) refuse(name);
  for (const wrapper of WRAPPERS) {
    const inner = body[wrapper];
    if (typeof inner !== "object" || inner === null) continue;
    for (const name of Object.keys(inner))
      if (isAddress(name) || name.toLowerCase() === "url") refuse(`${wrapper}.${name}`);
  }
}

function withUsage({ form }: Endpoint, body: Body): Buffer | undefined {
  if (form !== "chat" || body["stream"] !== true) return undefined;
  const options = body["stream_options"];
  const known = typeof options === "object" && options !== null ? options : {};
  if ((known as Body)["include_usage"] === true) return undefined;
  return Buffer.from(JSON.stringify({ ...body, stream_options: { ...known, include_usage: true } }));
}

function passed(request: FastifyRequest): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of PASSED_HEADERS) {
    const value = request.headers[name];
    if (typeof value === "string") kept[name] = value;
  }
  return kept;
}

function invalid(path: string, message: string): InvalidInputError {
  return new InvalidInputError([{ path, message }]);
}
