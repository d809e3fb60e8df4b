// One HTTP call to Parley: address, credentials, JSON in and out, problem+json to ParleyError.
import type { CookieJar } from "./cookie-jar.js";
import { errorOfFetch, errorOfResponse, ParleyError } from "./parley-error.js";

/** How to reach and be known to a server. */
export interface ConnectionOptions {
  /** Origin of the server without a trailing slash; "" in a browser: the page's own origin. */
  baseUrl: string;
  /** A platform key (`pk_…`), sent as bearer. */
  token?: string;
  /** For programs that sign in with a password; browsers keep their cookies themselves. */
  cookies?: CookieJar;
  headers?: Record<string, string>;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
  /** Sees every answer before its body is read (the test harness checks it against the OpenAPI document). */
  onResponse?: (exchange: Exchange) => void | Promise<void>;
}

/** One finished exchange; `response` is a clone whose body may be read. */
export interface Exchange {
  method: string;
  url: string;
  response: Response;
}

export interface CallOptions {
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Makes the calls of one client. Nothing is retried here: whoever calls knows what is safe to repeat. */
export class Http {
  constructor(private readonly options: ConnectionOptions) {}

  get baseUrl(): string {
    return this.options.baseUrl;
  }

  /**
   * Calls and returns the JSON answer (undefined for 204).
   * @throws ParleyError for any status outside 2xx, and when no answer came
   */
  async json<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const response = await this.raw(method, path, options);
    if (response.status === 204 || response.headers.get("content-length") === "0") return undefined as T;
    return response.json().then(
      (body) => body as T,
      (cause: unknown) => {
        throw new ParleyError("bad_answer", "The server's answer is not JSON.", { status: response.status, cause });
      },
    );
  }

  /**
   * Calls and returns the answer with its body unread.
   * @throws ParleyError for any status outside 2xx, and when no answer came
   */
  async raw(method: string, path: string, options: CallOptions = {}): Promise<Response> {
    const response = await this.exchange(method, path, options);
    if (!response.ok) throw await errorOfResponse(response);
    return response;
  }

  /** Calls and returns whatever came, also 4xx and 5xx. @throws ParleyError when no answer came */
  exchange(method: string, path: string, { query, body, headers, signal }: CallOptions = {}): Promise<Response> {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    return this.send(`${this.baseUrl}${path}${queryString(query)}`, {
      method,
      headers: { ...(text !== undefined && { "content-type": "application/json" }), ...headers },
      ...(text !== undefined && { body: text }),
      ...(signal && { signal }),
    });
  }

  /** The same for a call that openapi-fetch has put together. @throws ParleyError also for statuses outside 2xx */
  readonly perform = async (request: Request): Promise<Response> => {
    const { method, url, signal } = request;
    const body = await request.text();
    const headers = Object.fromEntries(request.headers);
    const response = await this.send(url, { method, headers, signal, ...(body !== "" && { body }) });
    if (!response.ok) throw await errorOfResponse(response);
    return response;
  };

  private async send(url: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
    const { cookies, onResponse } = this.options;
    const call = this.options.fetch ?? fetch;
    const headers = { accept: "application/json", ...this.credentials(), ...this.options.headers, ...init.headers };
    const response = await call(url, { ...init, headers, credentials: "same-origin" }).catch((cause: unknown) => {
      throw errorOfFetch(cause);
    });
    cookies?.store(response.headers);
    const shown = isEventStream(response) ? response : response.clone();
    if (onResponse) await onResponse({ method: init.method ?? "GET", url, response: shown });
    return response;
  }

  private credentials(): Record<string, string> {
    const { baseUrl, token, cookies } = this.options;
    const jar = cookies?.header();
    return {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      // The server refuses cookie-authenticated writes without an Origin of its own; outside a browser nobody else sets it.
      ...(jar && { cookie: jar }),
      ...(cookies && { origin: new URL(baseUrl).origin }),
    };
  }
}

function isEventStream(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
}

function queryString(query: CallOptions["query"] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
