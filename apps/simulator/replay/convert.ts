// Turns a recorded JSON answer into faithful chunks, and recorded chunks into a JSON answer.
import { foldMessage, type Piece, piece } from "../answer/pieces.js";
import { tokenize } from "../text/tokenizer.js";
import { asArray, asObject, asText, countOf, type JsonObject } from "../wire/json.js";
import { firstChoice, type Recording, recordedUsage } from "./recordings.js";

const nothing = (content: string | null, more: JsonObject): Piece => piece({ content, ...more }, 0);

function spokenText(detail: JsonObject): string | undefined {
  if (detail["type"] === "reasoning.text") return asText(detail["text"]);
  if (detail["type"] === "reasoning.summary") return asText(detail["summary"]);
  return undefined;
}

/** The deltas of one reasoning detail: its text in pieces, then what else it holds, such as a signature. */
function detailPieces(detail: JsonObject, withText: boolean): Piece[] {
  const spoken = spokenText(detail);
  if (spoken === undefined) return [nothing("", { reasoning_details: [detail] })];
  const key = detail["type"] === "reasoning.text" ? "text" : "summary";
  const { signature, [key]: _text, ...rest } = detail;
  const parts = spoken === "" ? [""] : tokenize(spoken);
  const pieces = parts.map((part) => {
    const delta = { reasoning_details: [{ ...rest, [key]: part }] };
    return nothing("", withText ? { reasoning: part, ...delta } : delta);
  });
  if (signature === undefined) return pieces;
  return [...pieces, nothing("", { reasoning_details: [{ ...rest, signature }] })];
}

function reasoningDeltas(message: JsonObject): Piece[] {
  const details = asArray(message["reasoning_details"]).map((detail) => asObject(detail) ?? {});
  const reasoning = asText(message["reasoning"]) ?? "";
  const together = details.map((detail) => spokenText(detail) ?? "").join("") === reasoning;
  const alone = together ? [] : tokenize(reasoning).map((part) => nothing("", { reasoning: part }));
  return [...alone, ...details.flatMap((detail) => detailPieces(detail, together))];
}

function toolDeltas(message: JsonObject): Piece[] {
  return asArray(message["tool_calls"]).flatMap((raw, position) => {
    const call = asObject(raw) ?? {};
    const { name, arguments: args } = asObject(call["function"]) ?? {};
    const index = call["index"] === undefined ? position : countOf(call["index"]);
    const head = { index, id: call["id"], type: call["type"] ?? "function", function: { name, arguments: "" } };
    const parts = tokenize(String(args ?? "")).map((part) =>
      nothing(null, { tool_calls: [{ index, function: { arguments: part } }] }),
    );
    return [nothing(null, { tool_calls: [head] }), ...parts];
  });
}

/** The deltas that add up to a recorded message. */
export function messagePieces(message: JsonObject): Piece[] {
  const content = asText(message["content"]) ?? "";
  const refusal = asText(message["refusal"]) ?? "";
  return [
    ...reasoningDeltas(message),
    ...tokenize(content).map((part) => nothing(part, {})),
    ...tokenize(refusal).map((part) => nothing(null, { refusal: part })),
    ...toolDeltas(message),
    ...asArray(message["annotations"]).map((annotation) => nothing("", { annotations: [annotation] })),
    ...asArray(message["images"]).map((image) => nothing("", { images: [image] })),
  ];
}

/** A recorded stream as the JSON answer that would have held the same. */
export function foldedBody(recording: Recording, id: string): JsonObject {
  const chunks = recording.events;
  const finish = chunks.map(firstChoice).find((choice) => choice["finish_reason"]) ?? {};
  const error = chunks.find((chunk) => chunk["error"])?.["error"];
  const { object: _object, choices: _choices, usage: _usage, error: _error, ...head } = chunks[0] ?? {};
  const deltas = chunks.map((chunk) => asObject(firstChoice(chunk)["delta"]) ?? {});
  const choice = {
    index: 0,
    logprobs: null,
    finish_reason: error ? "error" : (finish["finish_reason"] ?? null),
    native_finish_reason: finish["native_finish_reason"] ?? null,
    message: foldMessage(deltas),
    ...(error ? { error } : {}),
  };
  return {
    ...head,
    id,
    object: "chat.completion",
    system_fingerprint: null,
    choices: [choice],
    usage: recordedUsage(recording),
  };
}
