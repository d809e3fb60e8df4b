// The benchmarks' own provider: OpenRouter's wire, every token is the moment at which it was written (epoch ms).
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** 50 tokens a second for each stream, all from one timer. */
const TICK_MS = 20;

interface Stream {
  response: ServerResponse;
  id: string;
  left: number;
}

const streams = new Set<Stream>();
let made = 0;

const chunk = (id: string, rest: string): string =>
  `data: {"id":"${id}","object":"chat.completion.chunk","created":1,"model":"bench","provider":"Bench",${rest}}\n\n`;

function tick(): void {
  const stamp = `${Date.now()} `;
  for (const stream of streams) {
    const { id, response } = stream;
    response.write(
      chunk(id, `"choices":[{"index":0,"delta":{"role":"assistant","content":"${stamp}"},"finish_reason":null}]`),
    );
    stream.left -= 1;
    if (stream.left > 0) continue;
    streams.delete(stream);
    const end = '"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":"stop"}]';
    const usage = '"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2,"cost":0.000001}';
    response.end(`${chunk(id, end)}${chunk(id, `${end},${usage}`)}data: [DONE]\n\n`);
  }
}

/** About 1 KB of an answer that is not streamed. */
function answerWhole(response: ServerResponse): void {
  const id = `gen-bench-${process.pid}-${made++}`;
  const usage = '"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2,"cost":0.000001}';
  const message = `{"role":"assistant","content":"${"word ".repeat(150)}"}`;
  const body = `{"id":"${id}","object":"chat.completion","created":1,"model":"bench","provider":"Bench","system_fingerprint":"fp_1","choices":[{"index":0,"message":${message},"finish_reason":"stop"}],${usage}}`;
  response.writeHead(200, { "content-type": "application/json", "x-generation-id": id }).end(body);
}

function begin(request: IncomingMessage, response: ServerResponse): void {
  let body = "";
  request.on("data", (part: Buffer) => {
    body += part.toString("latin1");
  });
  request.on("end", () => {
    if (!body.includes('"stream":true') && body.includes('"bench/whole"')) {
      answerWhole(response);
      return;
    }
    const tokens = Number(/"model":"bench\/(\d+)"/.exec(body)?.[1] ?? 100);
    const stream = { response, id: `gen-bench-${process.pid}-${made++}`, left: tokens };
    response.writeHead(200, { "content-type": "text/event-stream", "x-generation-id": stream.id });
    response.flushHeaders();
    streams.add(stream);
    response.on("close", () => streams.delete(stream));
  });
}

/** Models with a price, so that budgets can be kept for them. */
const MODELS = JSON.stringify({
  data: ["bench/whole", "bench/100"].map((id) => ({
    ...{ id, canonical_slug: id, name: "Bench", created: 1, context_length: 100_000 },
    pricing: { prompt: "0.0000001", completion: "0.0000004" },
    architecture: { input_modalities: ["text"], output_modalities: ["text"], tokenizer: "Other" },
    top_provider: { context_length: 100_000, max_completion_tokens: 1_000, is_moderated: false },
  })),
});

const server = createServer((request, response) => {
  if (request.method === "POST") begin(request, response);
  else response.writeHead(200, { "content-type": "application/json" }).end(MODELS);
});
server.listen(0, "127.0.0.1", () => {
  setInterval(tick, TICK_MS);
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : 0 });
});
process.on("disconnect", () => process.exit(0));
