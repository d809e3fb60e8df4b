// Reads logged bodies for people: the messages of a request, and the text of an answer or of its stream.
import { EventStreamParser } from "@parley/client";

/** One thing that was said. */
export interface Said {
  /** "user", "assistant", "tool" …; "input" where there are no roles. */
  role: string;
  text: string;
  /** What tools are called with. */
  calls: ToolCall[];
}

export interface ToolCall {
  name: string;
  /** JSON, as the model wrote it. */
  input: string;
}

/** A request, read. */
export interface ReadRequest {
  said: Said[];
  /** All else of the body. */
  parameters: Record<string, unknown>;
}

/** One choice of an answer. */
export interface ReadChoice {
  text: string;
  reasoning: string;
  calls: ToolCall[];
}

/** An answer, read. */
export interface ReadAnswer {
  choices: ReadChoice[];
  /** What went wrong, in the words that the client got. */
  error: string | null;
  /** Of embeddings: how many, and how long. */
  vectors: { count: number; length: number } | null;
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const textIn = (value: unknown): string => (typeof value === "string" ? value : "");
const pretty = (value: unknown): string => JSON.stringify(value, null, 2);

/** @returns undefined for what is no JSON object, as a body that was cut */
function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @param path below /v1 @returns undefined when the body is not complete */
export function readRequest(path: string, body: string): ReadRequest | undefined {
  const json = parse(body);
  if (!json) return undefined;
  if (path === "/chat/completions") {
    const { messages, ...parameters } = json;
    return { said: listOf(messages).map(messageOf), parameters };
  }
  const { input, instructions, ...parameters } = json;
  const system = typeof instructions === "string" ? [{ role: "system", text: instructions, calls: [] }] : [];
  return { said: [...system, ...inputOf(input)], parameters };
}

function inputOf(input: unknown): Said[] {
  const items = Array.isArray(input) ? input : [input];
  return items
    .filter((item) => item !== undefined)
    .map((item) => {
      if (!isObject(item)) return { role: "input", text: typeof item === "string" ? item : pretty(item), calls: [] };
      if (item["type"] === "function_call") return { role: "assistant", text: "", calls: [callOf(item)] };
      if (item["type"] === "function_call_output") return { role: "tool", text: textOf(item["output"]), calls: [] };
      return "role" in item ? messageOf(item) : { role: "input", text: pretty(item), calls: [] };
    });
}

function messageOf({ role, content, tool_calls: calls }: Json): Said {
  return { role: textIn(role) || "input", text: textOf(content), calls: listOf(calls).map(toolCallOf) };
}

/** Text of a message, whose parts that are no text are named. */
function textOf(content: unknown): string {
  if (content === null || content === undefined) return "";
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return pretty(content);
  return content
    .map((part) => {
      if (!isObject(part)) return typeof part === "string" ? part : pretty(part);
      const text = part["text"] ?? part["refusal"];
      return typeof text === "string" ? text : `[${textIn(part["type"]) || "?"}]`;
    })
    .join("\n");
}

function toolCallOf(call: Json): ToolCall {
  return callOf(isObject(call["function"]) ? call["function"] : call);
}

function callOf({ name, arguments: input }: Json): ToolCall {
  return { name: textIn(name), input: typeof input === "string" ? input : pretty(input ?? {}) };
}

/** @returns undefined when nothing of it can be read */
export function readAnswer(path: string, body: string, streamed: boolean): ReadAnswer | undefined {
  if (streamed) return path === "/responses" ? readResponseStream(body) : readChatStream(body);
  const json = parse(body);
  if (!json) return undefined;
  const error = errorOf(json["error"]);
  const answer = { choices: [], error, vectors: null };
  if (path === "/embeddings") {
    const vectors = listOf(json["data"]);
    const first = vectors[0]?.["embedding"];
    const length = Array.isArray(first) ? first.length : 0;
    return { ...answer, vectors: vectors.length > 0 ? { count: vectors.length, length } : null };
  }
  if (path === "/responses") return { ...answer, choices: error === null ? [responseOf(json)] : [] };
  return {
    ...answer,
    choices: listOf(json["choices"]).map(({ message }) => choiceOf(isObject(message) ? message : {})),
  };
}

function errorOf(error: unknown): string | null {
  if (typeof error === "string") return error;
  return isObject(error) ? textIn(error["message"]) || pretty(error) : null;
}

function choiceOf(message: Json): ReadChoice {
  const { content, reasoning, reasoning_content: thoughts, tool_calls: calls } = message;
  return {
    text: textOf(content),
    reasoning: textIn(reasoning) || textIn(thoughts),
    calls: listOf(calls).map(toolCallOf),
  };
}

function responseOf({ output }: Json): ReadChoice {
  const items = listOf(output);
  const ofType = (type: string) => items.filter((item) => item["type"] === type);
  const reasoning = ofType("reasoning").flatMap((item) => [textOf(item["summary"]), textOf(item["content"])]);
  return {
    text: ofType("message")
      .map((item) => textOf(item["content"]))
      .join("\n"),
    reasoning: reasoning.filter((text) => text !== "").join("\n"),
    calls: ofType("function_call").map(callOf),
  };
}

/** The JSON events of a stream; one that was cut is left out. */
function* eventsOf(body: string): Generator<Json> {
  for (const { data } of new EventStreamParser().push(body)) {
    const json = parse(data);
    if (json) yield json;
  }
}

function readChatStream(body: string): ReadAnswer {
  const choices = new Map<number, ReadChoice>();
  let error: string | null = null;
  for (const event of eventsOf(body)) {
    error ??= errorOf(event["error"]);
    for (const { index, delta } of listOf(event["choices"])) {
      const place = typeof index === "number" ? index : 0;
      const choice = choices.get(place) ?? { text: "", reasoning: "", calls: [] };
      choices.set(place, choice);
      if (isObject(delta)) addDelta(choice, delta);
    }
  }
  return {
    choices: [...choices.entries()].sort(([a], [b]) => a - b).map(([, choice]) => choice),
    error,
    vectors: null,
  };
}

function addDelta(choice: ReadChoice, delta: Json): void {
  choice.text += textIn(delta["content"]);
  choice.reasoning += textIn(delta["reasoning"]) || textIn(delta["reasoning_content"]);
  for (const { index, function: piece } of listOf(delta["tool_calls"])) {
    const place = typeof index === "number" ? index : 0;
    const call = choice.calls[place] ?? { name: "", input: "" };
    choice.calls[place] = call;
    if (!isObject(piece)) continue;
    call.name ||= textIn(piece["name"]);
    call.input += textIn(piece["arguments"]);
  }
}

function readResponseStream(body: string): ReadAnswer {
  const choice: ReadChoice = { text: "", reasoning: "", calls: [] };
  let error: string | null = null;
  for (const event of eventsOf(body)) {
    const { type, delta, item, response } = event;
    if (type === "response.output_text.delta") choice.text += textIn(delta);
    else if (type === "response.reasoning_text.delta" || type === "response.reasoning_summary_text.delta")
      choice.reasoning += textIn(delta);
    else if (type === "response.output_item.done" && isObject(item) && item["type"] === "function_call")
      choice.calls.push(callOf(item));
    else if (type === "error") error ??= errorOf(event["error"] ?? event["message"]);
    else if (type === "response.failed" && isObject(response)) error ??= errorOf(response["error"]);
  }
  return { choices: [choice], error, vectors: null };
}
