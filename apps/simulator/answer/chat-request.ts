// A chat request read tolerantly: what the simulator needs of it, with unknown fields left alone.
import { sha256 } from "../text/random.js";
import { countTokens } from "../text/tokenizer.js";
import { Fault } from "../wire/fault.js";
import { asArray, asNumber, asObject, asText, type JsonObject } from "../wire/json.js";

/** A function that the caller offers. */
export type ToolSpec = { readonly name: string; readonly parameters: JsonObject };

/** The parts of a request that decide the answer. */
export type ChatRequest = {
  readonly body: JsonObject;
  readonly model: string | undefined;
  readonly stream: boolean;
  readonly messages: readonly JsonObject[];
  /** Text of the last user message. */
  readonly lastUser: string;
  /** Role of the very last message. */
  readonly lastRole: string;
  readonly promptTokens: number;
  /** Text of a last assistant message: the answer goes on behind it. */
  readonly prefill: string;
  /** SHA-256 of model and messages (the prefill left out): the same for stream and non-stream. */
  readonly hash: string;
  readonly images: number;
  readonly maxTokens: number | undefined;
  readonly stop: readonly string[];
  readonly tools: readonly ToolSpec[];
  readonly reasoning: boolean;
};

/** Tokens that the chat template adds around a message, and around the whole prompt. */
const [PER_MESSAGE, PER_PROMPT] = [3, 3];

function partText(part: unknown): string {
  const object = asObject(part);
  return asText(object?.["text"]) ?? asText(asObject(object?.["file"])?.["filename"]) ?? "";
}

/** The text of a message's content, string or parts. */
export function contentText(content: unknown): string {
  return asText(content) ?? asArray(content).map(partText).join("\n");
}

function readMessages(body: JsonObject): JsonObject[] {
  const prompt = asText(body["prompt"]);
  if (prompt !== undefined && body["messages"] === undefined) return [{ role: "user", content: prompt }];
  const raw = body["messages"];
  if (!Array.isArray(raw) || raw.length === 0) {
    throw new Fault(400, 'Input required: specify "prompt" or "messages"', { type: "invalid_request" });
  }
  return raw.map((message, index) => {
    const object = asObject(message);
    if (!object || typeof object["role"] !== "string") {
      throw new Fault(400, `messages.${index}: expected an object with a role`, { type: "invalid_request" });
    }
    return object;
  });
}

function readTools(body: JsonObject): ToolSpec[] {
  return asArray(body["tools"]).flatMap((tool) => {
    const spec = asObject(asObject(tool)?.["function"]);
    const name = asText(spec?.["name"]);
    return name ? [{ name, parameters: asObject(spec?.["parameters"]) ?? {} }] : [];
  });
}

function wantsReasoning(body: JsonObject): boolean {
  const reasoning = asObject(body["reasoning"]);
  const effort = asText(body["reasoning_effort"]) ?? asText(reasoning?.["effort"]);
  if (effort === "none" || reasoning?.["enabled"] === false) return false;
  return effort !== undefined || reasoning !== undefined || body["include_reasoning"] === true;
}

function readLimit(body: JsonObject): number | undefined {
  const value = body["max_completion_tokens"] ?? body["max_tokens"];
  if (value === undefined || value === null) return undefined;
  const limit = asNumber(value);
  if (limit === undefined || !Number.isInteger(limit) || limit < 1) {
    throw new Fault(400, "max_tokens: expected an integer of at least 1", { type: "invalid_request" });
  }
  return limit;
}

function readTemperature(body: JsonObject): void {
  const value = body["temperature"];
  if (value === undefined || value === null) return;
  const temperature = asNumber(value);
  if (temperature === undefined || temperature < 0 || temperature > 2) {
    throw new Fault(400, "temperature: expected a number from 0 to 2", { type: "invalid_request" });
  }
}

/** Reads a body; throws a 400 fault on what OpenRouter refuses too. Unknown parameters are ignored. */
export function readChatRequest(body: JsonObject): ChatRequest {
  const messages = readMessages(body);
  const texts = messages.map((message) => contentText(message["content"]));
  const called = messages.map((message) => (message["tool_calls"] ? JSON.stringify(message["tool_calls"]) : ""));
  const tools = readTools(body);
  const offered = tools.length > 0 ? countTokens(JSON.stringify(body["tools"])) : 0;
  const words = [...texts, ...called].reduce((sum, text) => sum + countTokens(text), 0);
  const images = messages
    .flatMap((message) => asArray(message["content"]))
    .filter((part) => asObject(part)?.["image_url"]);
  readTemperature(body);
  const prefilled = messages.at(-1)?.["role"] === "assistant";
  const stop = typeof body["stop"] === "string" ? [body["stop"]] : asArray(body["stop"]).map(String);
  return {
    body,
    model: asText(body["model"]),
    stream: body["stream"] === true,
    messages,
    lastUser: texts[messages.findLastIndex((message) => message["role"] === "user")] ?? "",
    lastRole: String(messages.at(-1)?.["role"]),
    promptTokens: words + offered + PER_MESSAGE * messages.length + PER_PROMPT,
    prefill: prefilled ? (texts.at(-1) ?? "") : "",
    hash: sha256(JSON.stringify([body["model"] ?? null, prefilled ? messages.slice(0, -1) : messages])),
    images: images.length,
    maxTokens: readLimit(body),
    stop: stop.filter((text) => text !== ""),
    tools,
    reasoning: wantsReasoning(body),
  };
}
