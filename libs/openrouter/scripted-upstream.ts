// For specs: a real HTTP server on a free port whose answers a test writes itself, byte by byte.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Dispatcher } from "undici";
import { createUpstreamAgent } from "./agent.js";
import { OpenRouterClient, type OpenRouterClientOptions } from "./client.js";
import type { CompletionStream } from "./completion-stream.js";
import { ProviderError } from "./errors.js";
import type { CompletionEvent } from "./events.js";

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

/** Everything that a stream tells, and how it ended. */
export async function readAll(
  stream: CompletionStream,
): Promise<{ events: CompletionEvent[]; error: ProviderError | null }> {
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
