// The pieces of an answer: one delta each. Streams send them one by one, other answers are the same pieces folded.
import { tokenize } from "../text/tokenizer.js";
import { asArray, asObject, asText, countOf, type JsonObject } from "../wire/json.js";

/** One delta of a streamed answer. */
export type Piece = {
  readonly delta: JsonObject;
  /** The delta's JSON without its braces and without `role`, ready to be set into a chunk. */
  readonly inner: string;
  /** Completion tokens that this piece counts for, reasoning included. */
  readonly tokens: number;
  readonly reasoningTokens: number;
};

export type FinishReason = "stop" | "length" | "tool_calls" | "content_filter" | "error";

/** A whole answer, before prices. */
export type Answer = {
  readonly pieces: readonly Piece[];
  readonly finish: FinishReason | null;
  readonly nativeFinish: string | null;
};

/** The forms in which models show their thinking. */
export type ReasoningForm = "text" | "summary" | "encrypted";

/** Makes a piece of any delta. */
export function piece(delta: JsonObject, tokens: number, reasoningTokens = 0): Piece {
  return { delta, inner: JSON.stringify(delta).slice(1, -1), tokens, reasoningTokens };
}

/** One piece per token of a text. */
export function contentPieces(text: string): Piece[] {
  return tokenize(text).map((token) => piece({ content: token }, 1));
}

const numberedCache: Record<"t" | "r", Piece[]> = { t: [], r: [] };

/** `t0 t1 t2 …`, one counted token each. The pieces are made once and shared by all streams. */
export function numberedPieces(count: number): Piece[] {
  const cache = numberedCache.t;
  while (cache.length < count) cache.push(piece({ content: `t${cache.length} ` }, 1));
  return cache.slice(0, count);
}

/** `r0 r1 r2 …` as reasoning, one counted token each. */
export function numberedReasoning(count: number): Piece[] {
  const cache = numberedCache.r;
  while (cache.length < count) cache.push(reasoningPiece(`r${cache.length} `, "anthropic-claude-v1"));
  return cache.slice(0, count);
}

function reasoningPiece(text: string, format: string): Piece {
  const detail = { type: "reasoning.text", text, format, index: 0 };
  return piece({ content: "", reasoning: text, reasoning_details: [detail] }, 1, 1);
}

/** Thinking in one of its three forms: text with a signature, a summary with encrypted data, or encrypted only. */
export function reasoningPieces(text: string, form: ReasoningForm, hash: string): Piece[] {
  const data = Buffer.from(hash).toString("base64");
  const tokens = tokenize(text);
  if (form === "text") {
    const signature = { type: "reasoning.text", signature: data, format: "anthropic-claude-v1", index: 0 };
    const last = piece({ content: "", reasoning: null, reasoning_details: [signature] }, 0);
    return [...tokens.map((token) => reasoningPiece(token, "anthropic-claude-v1")), last];
  }
  const format = "openai-responses-v1";
  const secret = {
    type: "reasoning.encrypted",
    data,
    id: `rs_${hash.slice(0, 24)}`,
    format,
    index: form === "summary" ? 1 : 0,
  };
  const hidden = form === "encrypted" ? tokens.length : 0;
  const sealed = piece({ content: "", reasoning: null, reasoning_details: [secret] }, hidden, hidden);
  if (form === "encrypted") return [sealed];
  const spoken = tokens.map((token) => {
    const detail = { type: "reasoning.summary", summary: token, format, index: 0 };
    return piece({ content: "", reasoning: token, reasoning_details: [detail] }, 1, 1);
  });
  return [...spoken, sealed];
}

/** A call of a tool with its arguments as JSON text: the head first with empty arguments, then the pieces. */
export function toolCallPieces(index: number, id: string, name: string, args: string): Piece[] {
  const head = { index, id, type: "function", function: { name, arguments: "" } };
  const parts = tokenize(args).map((part) =>
    piece({ content: null, tool_calls: [{ index, function: { arguments: part } }] }, 1),
  );
  return [piece({ content: null, tool_calls: [head] }, tokenize(name).length), ...parts];
}

/** Cuts an answer after `limit` tokens, as `max_tokens` does; then it finishes with `length`. */
export function limited(answer: Answer, limit: number | undefined): Answer {
  if (limit === undefined) return answer;
  let total = 0;
  for (const [index, { tokens }] of answer.pieces.entries()) {
    total += tokens;
    if (total > limit) return { pieces: answer.pieces.slice(0, index), finish: "length", nativeFinish: "length" };
  }
  return answer;
}

type Call = { id: string; type: string; name: string; args: string };

function foldTool(calls: Map<number, Call>, delta: JsonObject): void {
  for (const raw of asArray(delta["tool_calls"])) {
    const part = asObject(raw) ?? {};
    const [index, fn] = [countOf(part["index"]), asObject(part["function"])];
    const call = calls.get(index) ?? { id: "", type: "function", name: "", args: "" };
    calls.set(index, {
      id: asText(part["id"]) ?? call.id,
      type: asText(part["type"]) ?? call.type,
      name: asText(fn?.["name"]) ?? call.name,
      args: call.args + (asText(fn?.["arguments"]) ?? ""),
    });
  }
}

function foldDetail(details: Map<string, JsonObject>, detail: JsonObject): void {
  const key = JSON.stringify([detail["type"], detail["index"]]);
  const sofar = details.get(key);
  const merged: Record<string, unknown> = { ...sofar, ...detail };
  for (const name of ["text", "summary", "data"]) {
    if (sofar?.[name] !== undefined) merged[name] = `${sofar[name]}${detail[name] ?? ""}`;
  }
  details.set(key, merged);
}

/** The assistant message that the deltas add up to. */
export function foldMessage(deltas: readonly JsonObject[]): JsonObject {
  let [content, reasoning, refusal] = [null as string | null, null as string | null, null as string | null];
  const [calls, details] = [new Map<number, Call>(), new Map<string, JsonObject>()];
  const [annotations, images]: unknown[][] = [[], []];
  for (const delta of deltas) {
    const [text, thought, refused] = [asText(delta["content"]), asText(delta["reasoning"]), asText(delta["refusal"])];
    if (text !== undefined) content = (content ?? "") + text;
    if (thought !== undefined) reasoning = (reasoning ?? "") + thought;
    if (refused !== undefined) refusal = (refusal ?? "") + refused;
    foldTool(calls, delta);
    for (const detail of asArray(delta["reasoning_details"])) foldDetail(details, asObject(detail) ?? {});
    annotations?.push(...asArray(delta["annotations"]));
    images?.push(...asArray(delta["images"]));
  }
  const tools = [...calls].map(([index, { id, type, name, args }]) => ({
    index,
    id,
    type,
    function: { name, arguments: args },
  }));
  return {
    role: "assistant",
    content: content === "" && tools.length > 0 ? null : content,
    refusal,
    reasoning,
    ...(tools.length > 0 ? { tool_calls: tools } : {}),
    ...(details.size > 0 ? { reasoning_details: [...details.values()] } : {}),
    ...(annotations && annotations.length > 0 ? { annotations } : {}),
    ...(images && images.length > 0 ? { images } : {}),
  };
}
