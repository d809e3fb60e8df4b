// The state machine of one streamed message: puts deltas together exactly once and in order, whatever the network repeats or loses.
import type { MessageDelta } from "./events.js";
import type { Annotation, Message, ToolCall, ToolCallDelta } from "./types.js";

/** What a delta did: `applied`, `repeat` (seen before, dropped), or `gap` (something before it is missing: resume). */
export type DeltaOutcome = "applied" | "repeat" | "gap";

/** A tool call whose pieces may still be coming; `index` tells it from the others of its message. */
export interface StreamedToolCall extends ToolCall {
  index?: number;
}

/** What is known of a message's text by now. */
export interface Assembled {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly StreamedToolCall[];
  readonly annotations: readonly Annotation[];
}

/** Joins the deltas of one message. `seq` counts 1, 2, 3 … within an attempt (contract §5). */
export class DeltaStream implements Assembled {
  attempt = 0;
  /** The newest seq applied; what a resume names. */
  seq = 0;
  text = "";
  reasoning = "";
  toolCalls: readonly StreamedToolCall[] = [];
  annotations: readonly Annotation[] = [];
  ended = false;

  apply(delta: MessageDelta): DeltaOutcome {
    if (this.ended || delta.attempt < this.attempt) return "repeat";
    if (delta.attempt > this.attempt) this.restart(delta.attempt);
    if (delta.seq <= this.seq) return "repeat";
    if (delta.seq > this.seq + 1) return "gap";
    this.seq = delta.seq;
    if (delta.text) this.text += delta.text;
    if (delta.reasoning) this.reasoning += delta.reasoning;
    if (delta.toolCalls?.length) this.toolCalls = joinToolCalls(this.toolCalls, delta.toolCalls);
    if (delta.annotations?.length) this.annotations = [...this.annotations, ...delta.annotations];
    return "applied";
  }

  /** A new attempt begins at seq 1; an older or equal one changes nothing. @returns whether it was new */
  restart(attempt: number): boolean {
    if (this.ended || attempt <= this.attempt) return false;
    this.attempt = attempt;
    this.seq = 0;
    this.text = "";
    this.reasoning = "";
    this.toolCalls = [];
    this.annotations = [];
    return true;
  }

  /** The final row is the truth. What comes later is a repeat. @returns whether it was the first end */
  end(message: Message): boolean {
    if (this.ended) return false;
    this.ended = true;
    this.attempt = message.attempt;
    this.take(message);
    return true;
  }

  private take(row: Message): void {
    this.text = row.content;
    this.reasoning = row.reasoning ?? "";
    this.toolCalls = row.toolCalls ?? [];
    this.annotations = row.annotations ?? [];
  }
}

/** Joins pieces of tool calls by their `index`: name and id are set by the piece that has them, arguments are appended. */
export function joinToolCalls(
  calls: readonly StreamedToolCall[],
  pieces: readonly ToolCallDelta[],
): StreamedToolCall[] {
  const joined = calls.map((call, place) => ({ index: place, ...call, function: { ...call.function } }));
  for (const piece of pieces) {
    let call = joined.find(({ index }) => index === piece.index);
    if (!call) {
      call = { index: piece.index, id: "", type: "function", function: { name: "", arguments: "" } };
      joined.push(call);
    }
    if (piece.id) call.id = piece.id;
    if (piece.function?.name) call.function.name = piece.function.name;
    call.function.arguments += piece.function?.arguments ?? "";
  }
  return joined;
}
