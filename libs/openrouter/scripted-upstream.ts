// For specs: a real HTTP server on a free port whose answers a test writes itself, byte by byte.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { Dispatcher } from "undici";
import { createUpstreamAgent } from "./agent.js";
import { OpenRouterClient, type OpenRouterClientOptions } from "./client.js";
import type { CompletionStream } from "./completion-stream.js";
import { ProviderError } from "./errors.js";
import type { CompletionEvent } from "./events.js";
import type { Timeouts } from "./timeouts.js";

/** One request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Resolves when the client closes the connection before the answer is complete. */
  readonly aborted: Promise<void>;
}

/** Writes the answer. */
export type Script = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

/** The server and a pool to it; close both with `close()`. */
export class ScriptedUpstream {
  readonly requests: SeenRequest[] = [];
  private readonly agent: Dispatcher = createUpstreamAgent();

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async start(script: Script): Promise<ScriptedUpstream> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const upstream = new ScriptedUpstream(server, `http://127.0.0.1:${port}`);
    server.on("request", (request, response) => void upstream.answer(script, request, response));
    return upstream;
  }

  client(options: Partial<OpenRouterClientOptions> = {}): OpenRouterClient {
    return new OpenRouterClient({
      baseUrl: `${this.origin}/api/v1`,
      apiKey: "sk-or-v1-test",
      dispatcher: this.agent,
      ...options,
    });
  }

  async close(): Promise<void> {
    await this.agent.destroy();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  private async answer(script: Script, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const closed = Promise.withResolvers<void>();
    response.on("close", () => {
      if (!response.writableFinished) closed.resolve();
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const seen: SeenRequest = {
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(chunks).toString("utf8"),
      aborted: closed.promise,
    };
    this.requests.push(seen);
    await script(response, seen);
  }
}

/** Headers of a streamed answer. */
export function sseHead(response: ServerResponse, generationId = "gen-1-test"): void {
  response.writeHead(200, { "content-type": "text/event-stream", "x-generation-id": generationId });
  response.flushHeaders();
}

/** One SSE event of JSON. */
export function sse(chunk: unknown): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** A chunk of text. */
export function textChunk(content: string): unknown {
  return {
    id: "gen-1-test",
    model: "m/served",
    provider: "P",
    choices: [{ index: 0, delta: { role: "assistant", content } }],
  };
}

/** A chunk with a finish reason. */
export function finishChunk(reason: string): unknown {
  return { id: "gen-1-test", choices: [{ index: 0, delta: { content: "" }, finish_reason: reason }] };
}

/** Events and the error that ended them. */
export interface Outcome {
  readonly events: readonly CompletionEvent[];
  readonly error: ProviderError | null;
}

/** Everything that a stream tells, and how it ended. */
export async function readAll(stream: CompletionStream): Promise<Outcome> {
  const events: CompletionEvent[] = [];
  try {
    for await (const event of stream) events.push(event);
    return { events, error: null };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { events, error };
  }
}

/** The text of all deltas. */
export function textOf(events: readonly CompletionEvent[]): string {
  return events.map((event) => (event.type === "delta" ? (event.text ?? "") : "")).join("");
}

/** The last event. */
export const DONE = "data: [DONE]\n\n";
const HALLO = ["Grüße", " an ", "👩‍👩‍👧 und 𝄞"];
/** The text of {@link GOOD}. */
export const WHOLE = HALLO.join("");
/** A chunk of usage with empty choices. */
export const USAGE = {
  id: "gen-1-test",
  choices: [],
  usage: { prompt_tokens: 1, completion_tokens: 3, cost: 0.0076509169 },
};
/** A whole good stream. */
export const GOOD = [...HALLO.map((text) => sse(textChunk(text))), sse(finishChunk("stop")), sse(USAGE), DONE].join("");

/** A server for one test. */
export async function upstreamFor(t: TestContext, script: Script): Promise<ScriptedUpstream> {
  const upstream = await ScriptedUpstream.start(script);
  t.after(() => upstream.close());
  return upstream;
}

/** Answers with these pieces, each its own write, then ends. */
export function pieces(...parts: readonly (string | Buffer)[]): Script {
  return async (response) => {
    sseHead(response);
    response.socket?.setNoDelay(true);
    for (const part of parts) {
      response.write(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  };
}

/** Begins a stream, writes, then breaks the connection as soon as the bytes are out. */
export function resetAfter(response: ServerResponse, text: string): void {
  sseHead(response);
  response.write(text, () => setImmediate(() => response.socket?.resetAndDestroy()));
}

/** Begins a stream, writes, then says nothing more. */
export function hangAfter(response: ServerResponse, text: string): void {
  sseHead(response);
  response.write(text);
}

/** One stream from a server of this script. */
export async function run(t: TestContext, script: Script, timeouts: Partial<Timeouts> = {}): Promise<Outcome> {
  const upstream = await upstreamFor(t, script);
  return readAll(upstream.client({ timeouts }).stream({ model: "m", messages: [] }));
}

/** What a program decides by. */
export function facts(error: ProviderError | null): unknown[] {
  return [error?.code, error?.phase, error?.retryable, error?.billed];
}
