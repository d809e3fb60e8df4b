// An answer in the form of OpenAI's Responses: its events in their recorded order, and the whole object at their end.
import { foldMessage, type Piece } from "../answer/pieces.js";
import { type Call, wholeAnswer } from "../call.js";
import { asArray, asObject, asText, type JsonObject } from "../wire/json.js";
import { isoNow } from "../world.js";
import { COMMENT, DONE } from "./chunks.js";
import { streamErrorObject } from "./faults.js";
import type { Pace } from "./pace.js";
import { RESET, type Step } from "./play.js";
import { type Progress, usageOf } from "./scene.js";

/** Time for the events before a reset to reach the client, ms. */
const ARRIVAL_MS = 30;

/** Usage by the names of this form. */
function usageHere(call: Call, produced: Progress | ReturnType<typeof wholeAnswer>): JsonObject {
  const usage = usageOf(call, produced);
  const { prompt_tokens, completion_tokens, prompt_tokens_details, completion_tokens_details, ...rest } = usage;
  const { cached_tokens } = asObject(prompt_tokens_details) ?? {};
  const { reasoning_tokens } = asObject(completion_tokens_details) ?? {};
  return {
    ...rest,
    input_tokens: prompt_tokens,
    input_tokens_details: { cached_tokens },
    output_tokens: completion_tokens,
    output_tokens_details: { reasoning_tokens },
  };
}

/** The output items of an answer: its thinking, its text, its calls of functions. */
function itemsOf({ answer, id }: Call): JsonObject[] {
  const { reasoning, content, tool_calls } = foldMessage(answer.pieces.map(({ delta }) => delta));
  const items: JsonObject[] = [];
  const status = answer.finish === "length" ? "incomplete" : "completed";
  if (asText(reasoning))
    items.push({
      ...{ type: "reasoning", id: `rs_${id}`, summary: [] },
      content: [{ type: "reasoning_text", text: reasoning }],
    });
  if (asText(content) !== undefined && content !== "")
    items.push({
      ...{ type: "message", id: `msg_${id}`, role: "assistant", status },
      content: [{ type: "output_text", text: content, annotations: [] }],
    });
  for (const [index, raw] of asArray(tool_calls).entries()) {
    const call = asObject(raw) ?? {};
    const { name, arguments: args } = asObject(call["function"]) ?? {};
    items.push({ type: "function_call", id: `fc_${index}_${id}`, call_id: call["id"], name, arguments: args, status });
  }
  return items;
}

function headOf({ id, served, createdAt }: Call): JsonObject {
  const fixed = { object: "response", id, created_at: Math.floor(createdAt / 1000), model: served };
  return {
    ...fixed,
    store: false,
    previous_response_id: null,
    parallel_tool_calls: true,
    tool_choice: "auto",
    tools: [],
  };
}

/** The whole response object. */
export function responseObject(call: Call): JsonObject {
  const cut = call.answer.finish === "length";
  return {
    ...headOf(call),
    status: cut ? "incomplete" : "completed",
    incomplete_details: cut ? { reason: "max_output_tokens" } : null,
    error: null,
    output: itemsOf(call),
    usage: usageHere(call, wholeAnswer(call.answer)),
  };
}

/** Numbers the events. */
class Events {
  private sequence = 0;

  event(type: string, fields: JsonObject): string {
    return `data: ${JSON.stringify({ type, ...fields, sequence_number: this.sequence++ })}\n\n`;
  }
}

const DELTAS = { message: "response.output_text.delta", reasoning: "response.reasoning_text.delta" } as const;

/** What a piece adds to an item of a kind; undefined for nothing. */
function deltaOf(piece: Piece, kind: string): string | undefined {
  if (kind === "message") return asText(piece.delta["content"]) || undefined;
  if (kind === "reasoning") return asText(piece.delta["reasoning"]) || undefined;
  return undefined;
}

/** One output item: its text piece by piece, a function's arguments at once. */
function* itemSteps(item: JsonObject, index: number, scene: ResponsesScene): Generator<Step, void> {
  const { call, pace, progress, events } = scene;
  const type = String(item["type"]);
  const place = { output_index: index, item_id: item["id"] };
  const [part] = asArray(item["content"]).map(asObject);
  yield events.event("response.output_item.added", {
    output_index: index,
    item: {
      ...item,
      ...(part ? { content: [] } : { arguments: "" }),
      ...(item["status"] ? { status: "in_progress" } : {}),
    },
  });
  if (!part) {
    yield events.event("response.function_call_arguments.delta", { ...place, delta: item["arguments"] });
    yield events.event("response.function_call_arguments.done", { ...place, arguments: item["arguments"] });
  } else {
    const here = { ...place, content_index: 0 };
    yield events.event("response.content_part.added", { ...here, part: { ...part, text: "" } });
    for (const piece of call.answer.pieces) {
      const delta = deltaOf(piece, type);
      if (delta === undefined) continue;
      progress.tokens += piece.tokens;
      progress.reasoningTokens += piece.reasoningTokens;
      call.journal.tokensSent = progress.tokens;
      call.journal.eventsSent += 1;
      call.journal.firstTokenAt ??= isoNow(call.world);
      yield events.event(DELTAS[type as keyof typeof DELTAS], { ...here, delta });
      if (pace.gapMs(piece.tokens) > 0) yield pace.gapMs(piece.tokens);
    }
    yield events.event(DELTAS[type as keyof typeof DELTAS].replace("delta", "done"), { ...here, text: part["text"] });
    yield events.event("response.content_part.done", { ...here, part });
  }
  yield events.event("response.output_item.done", { output_index: index, item });
}

interface ResponsesScene {
  readonly call: Call;
  readonly pace: Pace;
  readonly progress: Progress;
  readonly events: Events;
}

/** Plays an answer from `response.created` to [DONE]; a fault that the switches ask for comes in the place of its end. */
export function* responsesScript(call: Call, pace: Pace, progress: Progress): Generator<Step, void> {
  const events = new Events();
  const { options } = call;
  const head = { ...headOf(call), output: [], usage: null, error: null };
  yield COMMENT;
  if (pace.firstMs > 0) yield pace.firstMs;
  yield events.event("response.created", { response: { ...head, status: "in_progress" } });
  yield events.event("response.in_progress", { response: { ...head, status: "in_progress" } });
  for (const [index, item] of itemsOf(call).entries()) yield* itemSteps(item, index, { call, pace, progress, events });
  if (options.has("stream-error")) {
    progress.failed = true;
    const { code, message } = streamErrorObject(options);
    yield events.event("response.failed", { response: { ...head, status: "failed", error: { code, message } } });
    return;
  }
  if (options.has("end")) return;
  if (options.has("reset")) {
    yield ARRIVAL_MS;
    yield RESET;
  }
  Object.assign(progress, wholeAnswer(call.answer));
  const whole = responseObject(call);
  yield events.event(`response.${whole["status"]}`, { response: whole });
  progress.ended = true;
  yield DONE;
}
