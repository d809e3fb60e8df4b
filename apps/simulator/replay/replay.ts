// Plays a recording as the answer to a call: its bytes, its id made new, its cost to the last digit.
import type { Answer } from "../answer/pieces.js";
import type { Call } from "../call.js";
import { type Counts, costOf } from "../money/cost.js";
import { Decimal } from "../money/decimal.js";
import type { Settlement } from "../settle.js";
import { COMMENT, DONE } from "../stream/chunks.js";
import type { Step } from "../stream/play.js";
import { asObject, asText, countOf, decimalOf, type JsonObject } from "../wire/json.js";
import { foldedBody, messagePieces } from "./convert.js";
import { firstChoice, type Recording, recordedUsage } from "./recordings.js";

/** An answer that stands for a recording in the call's books; its text comes from the recording itself. */
export const REPLAYED: Answer = { pieces: [], finish: "stop", nativeFinish: "stop" };

function countsOfUsage(usage: JsonObject): Counts {
  const prompt = asObject(usage["prompt_tokens_details"] ?? usage["input_tokens_details"]);
  const completion = asObject(usage["completion_tokens_details"] ?? usage["output_tokens_details"]);
  return {
    promptTokens: countOf(usage["prompt_tokens"] ?? usage["input_tokens"]),
    cachedTokens: countOf(prompt?.["cached_tokens"] ?? 0),
    cacheWriteTokens: countOf(prompt?.["cache_write_tokens"] ?? 0),
    cacheWrite1hTokens: 0,
    completionTokens: countOf(usage["completion_tokens"] ?? usage["output_tokens"]),
    reasoningTokens: countOf(completion?.["reasoning_tokens"] ?? 0),
    images: 0,
    searches: countOf(asObject(usage["server_tool_use_details"])?.["web_search_requests"] ?? 0),
    fee: "0",
  };
}

/** How a replayed call is settled: by the recorded counts and cost; by the price list where no cost was recorded. */
export function replaySettlement(call: Call, recording: Recording, outcome: "finished" | "aborted"): Settlement {
  const usage = recordedUsage(recording) ?? {};
  const counts = countsOfUsage(usage);
  const terms = { at: new Date(call.createdAt), byok: "no", insured: counts.completionTokens === 0 } as const;
  const listed = costOf(call.entry.pricing, counts, terms);
  const recorded = decimalOf(usage["cost"]);
  const cost = recorded ? { ...listed, cost: recorded, upstream: recorded, cacheDiscount: Decimal.zero } : listed;
  const choices = recording.stream ? recording.events.map(firstChoice) : [firstChoice(recording.body)];
  const end = choices.find((choice) => choice["finish_reason"]) ?? {};
  return {
    outcome,
    produced: { tokens: counts.completionTokens, reasoningTokens: counts.reasoningTokens },
    finish: asText(end["finish_reason"]) ?? null,
    nativeFinish: asText(end["native_finish_reason"]) ?? null,
    cost,
    counts,
  };
}

/** The JSON answer of a recording under a new id. */
export function replayBody(recording: Recording, id: string): JsonObject {
  return recording.stream ? foldedBody(recording, id) : { ...recording.body, id };
}

function recordedEvents(recording: Recording, id: string): string[] {
  const text = recording.id ? recording.text.replaceAll(recording.id, id) : recording.text;
  return text.split(/(?<=\n\n)/);
}

/** Chunks for a recording that was not streamed, in the shape of recorded streams. */
function madeEvents(recording: Recording, id: string): string[] {
  const { choices: _choices, usage, object: _object, system_fingerprint: _print, ...rest } = recording.body;
  const { message, finish_reason, native_finish_reason } = firstChoice(recording.body);
  const head = { ...rest, id, object: "chat.completion.chunk" };
  const event = (delta: JsonObject, ends: boolean, more: JsonObject) => {
    const choice = {
      index: 0,
      delta: { ...delta, role: "assistant" },
      finish_reason: ends ? finish_reason : null,
      native_finish_reason: ends ? native_finish_reason : null,
    };
    return `data: ${JSON.stringify({ ...head, choices: [choice], ...more })}\n\n`;
  };
  return [
    COMMENT,
    ...messagePieces(asObject(message) ?? {}).map(({ delta }) => event(delta, false, {})),
    event({ content: "" }, true, {}),
    ...(usage ? [event({ content: "" }, true, { usage })] : []),
    DONE,
  ];
}

/** The events of a replayed stream, byte for byte as recorded but for the generation id. */
export function replayEvents(recording: Recording, id: string): string[] {
  return recording.stream ? recordedEvents(recording, id) : madeEvents(recording, id);
}

/** Plays events with a pause after each. */
export function* replayScript(
  events: readonly string[],
  gapMs: number,
  onEvent: (event: string) => void,
): Generator<Step, void> {
  for (const event of events) {
    onEvent(event);
    yield event;
    if (gapMs > 0) yield gapMs;
  }
}
