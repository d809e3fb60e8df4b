// Puts an answer together from the request and its switches. Pure: the same request gives the same answer.
import type { ModelEntry } from "../catalog/catalog.js";
import { type Options, withoutDirective } from "../scenario/options.js";
import { tokenize } from "../text/tokenizer.js";
import { asArray, asObject, asText } from "../wire/json.js";
import { type ChatRequest, contentText } from "./chat-request.js";
import { type Demo, titleOf, wantsTitle } from "./demo.js";
import {
  type Answer,
  contentPieces,
  limited,
  numberedPieces,
  numberedReasoning,
  type Piece,
  piece,
  type ReasoningForm,
  reasoningPieces,
  toolCallPieces,
} from "./pieces.js";
import { schemaInstance } from "./schema-instance.js";
import { citations, imageUrl, plainText, prose, REFUSAL_TEXT, THINKING_TEXT, UNICODE_TEXT } from "./texts.js";

/** What an answer is made from. */
export type Ingredients = {
  readonly request: ChatRequest;
  readonly options: Options;
  readonly entry: ModelEntry;
  readonly demo: Demo;
};

const WEATHER = {
  name: "get_weather",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const HUGE_WORDS = 5500;
const IMAGE_BYTES = 600;

/** True when the request is answered by the demo: nothing else was asked for. */
export function isDemo({ request, options }: Ingredients): boolean {
  return options.isEmpty() && !request.model?.startsWith("sim/");
}

function schemaText(request: ChatRequest): string | undefined {
  const format = asObject(request.body["response_format"]);
  if (format?.["type"] === "json_object") return JSON.stringify({ answer: plainText(request.hash) });
  const schema = asObject(asObject(format?.["json_schema"])?.["schema"]);
  return schema ? JSON.stringify(schemaInstance(schema)) : undefined;
}

function titleText({ request, options }: Ingredients): string | undefined {
  const texts = request.messages.map((message) => contentText(message["content"]));
  const asked = options.has("title") || wantsTitle(request.maxTokens, texts.join("\n"));
  if (!asked) return undefined;
  const said = request.messages.flatMap((message, index) => (message["role"] === "user" ? [texts[index] ?? ""] : []));
  return titleOf(said.map(withoutDirective));
}

function demoText({ request, entry, demo }: Ingredients): string {
  if (request.lastRole === "tool") {
    return demo.afterTool(contentText(request.messages.at(-1)?.["content"]), entry.name);
  }
  return demo.answer(request.lastUser, entry.name);
}

function textOf(ingredients: Ingredients): string {
  const { request, options } = ingredients;
  const given = options.text("text");
  if (given !== undefined) return given;
  if (options.has("echo")) return withoutDirective(request.lastUser);
  if (options.has("unicode")) return UNICODE_TEXT;
  if (options.has("huge")) return prose(request.hash, HUGE_WORDS);
  if (options.has("words")) return prose(request.hash, options.number("words", 100));
  return (
    schemaText(request) ??
    titleText(ingredients) ??
    (isDemo(ingredients) ? demoText(ingredients) : plainText(request.hash))
  );
}

function thinking(ingredients: Ingredients): Piece[] {
  const { request, options, entry, demo } = ingredients;
  const numbered = options.number("reasoning-tokens", 0);
  if (numbered > 0) return numberedReasoning(numbered);
  const form = options.text("reasoning") ?? (entry.id.startsWith("openai/") ? "summary" : "text");
  if (options.has("reasoning")) return reasoningPieces(THINKING_TEXT, form as ReasoningForm, request.hash);
  if (!isDemo(ingredients) || !entry.supported_parameters.includes("reasoning")) return [];
  const excluded = asObject(request.body["reasoning"])?.["exclude"] === true;
  const asked = request.reasoning || /\b(think|reason(?:ing)?|step by step)\b/i.test(request.lastUser);
  const shown = asked && !excluded && titleText(ingredients) === undefined;
  return shown ? reasoningPieces(demo.thinking(request.lastUser), form as ReasoningForm, request.hash) : [];
}

function toolCalls(ingredients: Ingredients): Piece[] {
  const { request, options } = ingredients;
  const choice = request.body["tool_choice"];
  const forced = asText(asObject(asObject(choice)?.["function"])?.["name"]);
  const offered = forced ? request.tools.filter(({ name }) => name === forced) : request.tools;
  const asked = options.has("tool") || forced !== undefined || choice === "required";
  const fits =
    isDemo(ingredients) && request.lastRole === "user" && /\b(tools?|weather|call)\b/i.test(request.lastUser);
  if (!asked && !(fits && offered.length > 0 && choice !== "none")) return [];
  const tools = offered.length > 0 ? offered : [WEATHER];
  const several = request.body["parallel_tool_calls"] !== false;
  const count = several ? options.number("tool", 1) : 1;
  return Array.from({ length: count }, (_, index) => {
    const tool = tools[index % tools.length] ?? WEATHER;
    const id = `call_${request.hash.slice(0, 20)}${String(index).padStart(4, "0")}`;
    return toolCallPieces(index, id, tool.name, JSON.stringify(schemaInstance(tool.parameters)));
  }).flat();
}

/** Cuts a text at the first stop sequence. */
function stopped(text: string, stop: readonly string[]): string {
  const places = stop.map((word) => text.indexOf(word)).filter((place) => place >= 0);
  return places.length > 0 ? text.slice(0, Math.min(...places)) : text;
}

/** What follows a prefill: the rest, when the text begins with it, else all of it. */
function continued(text: string, prefill: string): string {
  const given = [prefill, prefill.trimEnd()].find((start) => text.startsWith(start));
  return given === undefined ? text : text.slice(given.length);
}

function bodyPieces(ingredients: Ingredients): Piece[] {
  const { request, options } = ingredients;
  const cut = (text: string) => stopped(continued(text, request.prefill), request.stop);
  if (!options.has("tokens")) return contentPieces(cut(textOf(ingredients)));
  const numbered = numberedPieces(options.number("tokens", 100));
  if (request.stop.length === 0 && request.prefill === "") return numbered;
  const text = cut(numbered.map(({ delta }) => delta["content"]).join(""));
  return (text.match(/\s*\S+\s?/g) ?? []).map((token) => piece({ content: token }, 1));
}

function extras({ request, options }: Ingredients, text: string): Piece[] {
  const searched = asArray(request.body["plugins"]).some((plugin) => asObject(plugin)?.["id"] === "web");
  const pieces: Piece[] = [];
  if (options.has("annotations") || searched || request.model?.endsWith(":online") === true) {
    pieces.push(piece({ content: "", annotations: citations(text) }, 0));
  }
  if (options.has("image")) {
    const image = { type: "image_url", image_url: { url: imageUrl(options.number("image", IMAGE_BYTES)) }, index: 0 };
    pieces.push(piece({ content: "", images: [image] }, 258));
  }
  return pieces;
}

/** The whole answer to a request, cut by `max_tokens` and stop sequences. */
export function compose(ingredients: Ingredients): Answer {
  const { request, options } = ingredients;
  if (options.has("empty")) return { pieces: [], finish: null, nativeFinish: null };
  const before = thinking(ingredients);
  if (options.has("refusal")) {
    const refusal = tokenize(REFUSAL_TEXT).map((token) => piece({ content: null, refusal: token }, 1));
    return limited({ pieces: [...before, ...refusal], finish: "stop", nativeFinish: "refusal" }, request.maxTokens);
  }
  const calls = toolCalls(ingredients);
  if (calls.length > 0) {
    const answer: Answer = { pieces: [...before, ...calls], finish: "tool_calls", nativeFinish: "tool_calls" };
    return limited(answer, request.maxTokens);
  }
  const body = bodyPieces(ingredients);
  if (options.has("content-filter")) {
    const half = body.slice(0, Math.ceil(body.length / 2));
    return limited(
      { pieces: [...before, ...half], finish: "content_filter", nativeFinish: "content_filter" },
      request.maxTokens,
    );
  }
  const text = body.map(({ delta }) => delta["content"]).join("");
  const pieces = [...before, ...body, ...extras(ingredients, text)];
  return limited({ pieces, finish: "stop", nativeFinish: "stop" }, request.maxTokens);
}
