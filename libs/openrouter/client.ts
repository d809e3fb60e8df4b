// The client of OpenRouter and of any OpenAI-compatible endpoint: typed calls, one key, one base URL. Knows no workspace and no database.
import { LRUCache } from "lru-cache";
import type { Dispatcher } from "undici";
import { generationRecord, keyInfo, modelList } from "./account.js";
import type { GenerationRecord, KeyInfo, Model } from "./account.types.js";
import { sharedUpstreamAgent } from "./agent.js";
import type { ChatCompletion, EmbeddingsAnswer, Usage } from "./answer.types.js";
import { CompletionReader } from "./completion-reader.js";
import { CompletionStream, type CompletionStreamOptions } from "./completion-stream.js";
import { asObject } from "./error-metadata.js";
import { ProviderError } from "./errors.js";
import type { CompletionEvent, UsageEvent } from "./events.js";
import { Exchange, type ExchangeRequest, type ExchangeSink } from "./exchange.js";
import { parseJsonWithMoney } from "./json-literals.js";
import { fetchWhole, type WholeAnswer } from "./lookup.js";
import type { ChatRequest, EmbeddingsRequest } from "./request.types.js";
import { withRetries } from "./retry.js";
import { DEFAULT_SSE_LIMITS, type SseLimits } from "./sse.js";
import { DEFAULT_TIMEOUTS, type Timeouts } from "./timeouts.js";

/** Who calls, and where. */
export interface OpenRouterClientOptions {
  /** For example https://openrouter.ai/api/v1; a query (`?api-version=…`) is kept on every call. */
  readonly baseUrl: string;
  /** Absent or "" sends no Authorization header (local endpoints). */
  readonly apiKey?: string;
  /** Display name in the provider's attribution. */
  readonly appName?: string;
  /** App URL in the provider's attribution. */
  readonly referer?: string;
  /** The pool, see `createUpstreamAgent`; an egress policy is a dispatcher of its own. Default: one pool of the process. */
  readonly dispatcher?: Dispatcher;
  readonly timeouts?: Partial<Timeouts>;
  readonly limits?: Partial<SseLimits>;
}

/** What every call takes. */
export interface CallOptions {
  /** Closes the upstream connection at once. */
  readonly signal?: AbortSignal | undefined;
  /** Further request headers, for example `x-session-id`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An unstreamed answer with what a ledger needs beside it. */
export interface CompletionResult {
  readonly completion: ChatCompletion;
  readonly generationId: string | null;
  readonly model: string | null;
  readonly provider: string | null;
  readonly finishReason: string | null;
  readonly usage: Usage | null;
  /** `usage.cost` to its last digit as a plain decimal, or null. */
  readonly costUsd: string | null;
  readonly upstreamInferenceCostUsd: string | null;
}

/** Vectors with what they cost. */
export interface EmbeddingsResult {
  readonly answer: EmbeddingsAnswer;
  readonly generationId: string | null;
  readonly costUsd: string | null;
}

const VECTOR = /"embedding"\s*:\s*\[[^\]]*\]/g;

/** A base URL in its parts. */
interface Base {
  readonly origin: string;
  readonly path: string;
  readonly query: string;
}

/** Base URLs that were read: a client is made for each call, and most calls go to few of them. */
const bases = new LRUCache<string, Base>({ max: 500 });

function baseOf(text: string): Base {
  const known = bases.get(text);
  if (known) return known;
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new TypeError("base URL must be http or https");
  const base = { origin: url.origin, path: url.pathname.replace(/\/+$/, ""), query: url.search };
  bases.set(text, base);
  return base;
}

/** One key at one endpoint. Cheap to make: one per call is fine, the pool is shared. */
export class OpenRouterClient {
  private readonly base: Base;
  private readonly timeouts: Timeouts;
  private readonly limits: SseLimits;

  /** @throws TypeError if the base URL is none, or not http(s) */
  constructor(private readonly options: OpenRouterClientOptions) {
    this.base = baseOf(options.baseUrl);
    this.timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    this.limits = { ...DEFAULT_SSE_LIMITS, ...options.limits };
  }

  /**
   * POST /chat/completions, streamed. Sends when it is first read, and never again by itself: each try is a call that
   * may be billed, so the loop with `nextRetry` belongs to the caller.
   */
  stream(
    request: ChatRequest,
    options: CallOptions & { readonly onHeaders?: CompletionStreamOptions["onHeaders"] } = {},
  ): CompletionStream {
    // OpenRouter sends usage always; other compatible endpoints only when they are asked.
    const body = { stream_options: { include_usage: true }, ...request, stream: true };
    const exchange = this.request("POST", "/chat/completions", options, JSON.stringify(body));
    return new CompletionStream(exchange, { limits: this.limits, onHeaders: options.onHeaders });
  }

  /** POST /chat/completions, whole. @throws ProviderError also for an `{error}` in a 200 */
  async complete(request: ChatRequest, options: CallOptions = {}): Promise<CompletionResult> {
    const { stream_options: _, ...rest } = request;
    const body = JSON.stringify({ ...rest, stream: false });
    const exchange = this.request("POST", "/chat/completions", options, body);
    const timeouts = { ...this.timeouts, firstByteMs: this.timeouts.answerMs };
    const answer = await fetchWhole({ ...exchange, timeouts }, this.limits.maxTotalBytes);
    return readCompletion(answer);
  }

  /** POST /embeddings. @throws ProviderError */
  async embeddings(request: EmbeddingsRequest, options: CallOptions = {}): Promise<EmbeddingsResult> {
    const exchange = this.request("POST", "/embeddings", options, JSON.stringify(request));
    const answer = await fetchWhole(exchange, this.limits.maxTotalBytes);
    const embeddings = asObject(readJson(answer, plainJson)) as EmbeddingsAnswer | null;
    if (embeddings === null || !Array.isArray(embeddings.data)) throw unreadable(answer);
    // Keeping literals takes ten times as long as parsing, so it is done without the vectors: megabytes of numbers.
    const { value, literals } = parseJsonWithMoney(answer.text.replace(VECTOR, '"embedding":[]'));
    const costUsd = literals.decimal(asObject(value)?.["usage"], "cost");
    return { answer: embeddings, generationId: answer.generationId ?? embeddings.id ?? null, costUsd };
  }

  /**
   * GET /models: the whole list. Entries without an id are left out.
   * @param kinds `all`: also what answers in something else than text (embeddings, images …); endpoints that know one list ignore it
   * @throws ProviderError
   */
  models(options: CallOptions = {}, kinds: "text" | "all" = "text"): Promise<readonly Model[]> {
    return this.lookup("/models", kinds === "all" ? "output_modalities=all" : "", options, (answer) =>
      modelList(readJson(answer, plainJson)),
    );
  }

  /** GET /generation: what a call really cost; null while (or because) there is no record. @throws ProviderError */
  async generation(generationId: string, options: CallOptions = {}): Promise<GenerationRecord | null> {
    try {
      const query = `id=${encodeURIComponent(generationId)}`;
      return await this.lookup("/generation", query, options, (answer) =>
        generationRecord(generationId, readJson(answer, parseJsonWithMoney)),
      );
    } catch (error) {
      if (error instanceof ProviderError && error.status === 404) return null;
      throw error;
    }
  }

  /** GET /key: limits and spending of this key. @throws ProviderError, code `invalid_key` for a bad key */
  key(options: CallOptions = {}): Promise<KeyInfo> {
    return this.lookup("/key", "", options, (answer) => keyInfo(readJson(answer, parseJsonWithMoney)));
  }

  /**
   * Any call, byte for byte: for a gateway that passes requests and answers through. Key, time limits and cancelling are
   * kept here; the answer goes to the sink as it comes. Call `start()` on the result.
   * @param path below the base URL, for example /chat/completions
   * @param timeouts for an unstreamed completion use `answerMs` as `firstByteMs`
   */
  raw(
    path: string,
    body: Buffer | string,
    sink: ExchangeSink,
    options: CallOptions & { readonly timeouts?: Partial<Timeouts> } = {},
  ): Exchange {
    const request = this.request("POST", path, options, body);
    return new Exchange({ ...request, timeouts: { ...this.timeouts, ...options.timeouts } }, sink);
  }

  private lookup<T>(
    path: string,
    query: string,
    options: CallOptions,
    read: (answer: WholeAnswer) => T | null,
  ): Promise<T> {
    return withRetries(
      async () => {
        const answer = await fetchWhole(
          this.request("GET", path, options, undefined, query),
          this.limits.maxTotalBytes,
        );
        const value = read(answer);
        if (value === null) throw unreadable(answer);
        return value;
      },
      { signal: options.signal },
    );
  }

  private request(
    method: "GET" | "POST",
    path: string,
    options: CallOptions,
    body?: string | Buffer,
    query = "",
  ): ExchangeRequest {
    const joined = [this.base.query.slice(1), query].filter((part) => part !== "").join("&");
    return {
      dispatcher: this.options.dispatcher ?? sharedUpstreamAgent(),
      origin: this.base.origin,
      path: `${this.base.path}${path}${joined === "" ? "" : `?${joined}`}`,
      method,
      headers: { ...this.headers(body !== undefined), ...options.headers },
      timeouts: this.timeouts,
      ...(body === undefined ? {} : { body }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    };
  }

  private headers(hasBody: boolean): Record<string, string> {
    const { apiKey, appName, referer } = this.options;
    const headers: Record<string, string> = {
      accept: "application/json, text/event-stream",
      // We read raw bytes, so a compressed answer (or a decompression bomb) is none of our business.
      "accept-encoding": "identity",
      "user-agent": "parley",
    };
    if (hasBody) headers["content-type"] = "application/json";
    if (apiKey) headers["authorization"] = `Bearer ${apiKey}`;
    if (appName) headers["x-openrouter-title"] = appName;
    if (referer) headers["http-referer"] = referer;
    return headers;
  }
}

function readCompletion(answer: WholeAnswer): CompletionResult {
  const events: CompletionEvent[] = [];
  const reader = new CompletionReader((event) => events.push(event), answer.generationId);
  const completion = reader.readWhole(answer.text);
  const usage = events.find((event): event is UsageEvent => event.type === "usage");
  const end = events.find((event) => event.type === "end");
  return {
    completion,
    generationId: reader.generationId,
    model: completion.model ?? null,
    provider: completion.provider ?? null,
    finishReason: end?.finishReason ?? null,
    usage: usage?.usage ?? null,
    costUsd: usage?.costUsd ?? null,
    upstreamInferenceCostUsd: usage?.upstreamInferenceCostUsd ?? null,
  };
}

function plainJson(text: string): unknown {
  return JSON.parse(text);
}

function readJson<T>(answer: WholeAnswer, parse: (text: string) => T): T {
  try {
    return parse(answer.text);
  } catch {
    throw unreadable(answer);
  }
}

function unreadable(answer: WholeAnswer): ProviderError {
  const { status, generationId } = answer;
  return new ProviderError("invalid_response", { status, phase: "before_output", billed: "unknown", generationId });
}
