// From the data of SSE events to typed events: what a chunk means, and when an answer is complete (contract §2.3).
import type { ChatCompletion, Chunk, ChunkChoice, Delta, Usage } from "./answer.types.js";
import { errorFromStream } from "./error-mapping.js";
import { asObject, asText } from "./error-metadata.js";
import { ProviderError, type ProviderErrorPhase } from "./errors.js";
import type { CompletionEvent, DeltaEvent, UsageEvent } from "./events.js";
import { type NumberLiterals, parseChunk } from "./json-literals.js";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads one streamed answer. Events go out through `emit`; a fault of the answer is thrown, after the usage it carried. */
export class CompletionReader {
  /** `[DONE]` was read: whatever follows is ignored. */
  done = false;
  generationId: string | null;
  private model: string | null = null;
  private provider: string | null = null;
  private serviceTier: string | null = null;
  private finishReason: string | null = null;
  private output = false;
  private usage: { readonly usage: Usage; readonly literals: NumberLiterals } | null = null;

  constructor(
    private readonly emit: (event: CompletionEvent) => void,
    generationId: string | null,
  ) {
    this.generationId = generationId;
  }

  /** Whether output was seen, in the words of the error. */
  get phase(): ProviderErrorPhase {
    return this.output ? "after_output" : "before_output";
  }

  /** Whether the model said that it is done; then only usage and `[DONE]` are missing. */
  get finished(): boolean {
    return this.finishReason !== null;
  }

  /** One SSE event. `unterminated` = the stream ended within it. @throws ProviderError */
  read(data: string, name: string, unterminated: boolean): void {
    if (this.done) return;
    if (data.trim() === "[DONE]") {
      this.done = true;
      this.end();
      return;
    }
    const parsed = this.parse(data, unterminated);
    if (parsed === null) return;
    const chunk = asObject(parsed.value) as Chunk | null;
    if (chunk === null) throw this.fault("invalid_response");
    this.take(chunk, parsed.literals, name === "error");
  }

  /** A whole answer that was not streamed, as if it had come in one chunk. @throws ProviderError */
  readWhole(text: string): ChatCompletion {
    const parsed = this.parse(text, false);
    const completion = asObject(parsed?.value) as (ChatCompletion & Chunk) | null;
    if (parsed === null || completion === null) throw this.fault("invalid_response");
    const choices: unknown = completion.choices;
    if (!Array.isArray(choices) && !completion.error) throw this.fault("invalid_response");
    const deltas = (completion.choices ?? []).map((choice) => ({ ...choice, delta: choice.message }));
    this.take({ ...completion, choices: deltas }, parsed.literals, false);
    this.done = true;
    this.end();
    return completion;
  }

  private take(chunk: Chunk, literals: NumberLiterals, isError: boolean): void {
    this.noteServed(chunk);
    const choice = choiceOf(chunk);
    if (choice?.delta) this.noteDelta(choice.delta);
    if (chunk.usage) this.usage = { usage: chunk.usage, literals };
    const error = chunk.error || choice?.error || (isError || choice?.finish_reason === "error" ? chunk : null);
    if (error) {
      this.flushUsage();
      throw errorFromStream(error, this.phase, this.generationId);
    }
    if (choice?.finish_reason) this.noteFinish(choice.finish_reason, choice.native_finish_reason ?? null);
  }

  /** The stream is over. @throws ProviderError if nothing said so before: a silent end is a fault, not an answer. */
  end(): void {
    this.flushUsage();
    if (!this.done && this.finishReason === null) throw this.fault("stream_interrupted");
    this.emit({ type: "end", sawDone: this.done, finishReason: this.finishReason });
  }

  /** Hands out the usage that was read, once; to be called before any error is reported. */
  flushUsage(): void {
    if (this.usage === null) return;
    this.emit(this.usageEvent(this.usage.usage, this.usage.literals));
    this.usage = null;
  }

  /** An error of our own making at this point of the answer. */
  fault(code: ConstructorParameters<typeof ProviderError>[0], cause?: unknown): ProviderError {
    return new ProviderError(code, { phase: this.phase, billed: "unknown", generationId: this.generationId, cause });
  }

  private parse(data: string, unterminated: boolean): { value: unknown; literals: NumberLiterals } | null {
    try {
      return parseChunk(data);
    } catch {
      // Half an event at the end is the mark of a cut stream, which `end` judges by what came before it.
      if (unterminated) return null;
      throw this.fault("invalid_response");
    }
  }

  private noteServed(chunk: Chunk): void {
    const generationId = this.generationId ?? asText(chunk.id);
    const model = asText(chunk.model) ?? this.model;
    const provider = asText(chunk.provider) ?? this.provider;
    this.serviceTier = asText(chunk.service_tier) ?? this.serviceTier;
    if (generationId === this.generationId && model === this.model && provider === this.provider) return;
    this.generationId = generationId;
    this.model = model;
    this.provider = provider;
    this.emit({ type: "served", generationId, model, provider });
  }

  private noteDelta(delta: Delta): void {
    const event = deltaEvent(delta);
    if (event === null) return;
    this.output = true;
    this.emit(event);
  }

  private noteFinish(finishReason: string, nativeFinishReason: string | null): void {
    if (this.finishReason !== null) return;
    this.finishReason = finishReason;
    this.emit({ type: "finish", finishReason, nativeFinishReason });
  }

  private usageEvent(usage: Usage, literals: NumberLiterals): UsageEvent {
    return {
      type: "usage",
      usage,
      costUsd: literals.decimal(usage, "cost"),
      upstreamInferenceCostUsd: literals.decimal(usage.cost_details, "upstream_inference_cost"),
      isByok: usage.is_byok === true,
      serviceTier: this.serviceTier,
      generationId: this.generationId,
      model: this.model,
      provider: this.provider,
    };
  }
}

/** The choice that we read: the first one; other indexes would be other answers mixed into it. */
function choiceOf(chunk: Chunk): ChunkChoice | undefined {
  const choices: unknown = chunk.choices;
  if (!Array.isArray(choices)) return undefined;
  return (choices as ChunkChoice[]).find((choice) => choice !== null && (choice.index ?? 0) === 0);
}

/** What a delta (or a whole message, which has the same keys) brings; null if nothing. */
export function deltaEvent(delta: Delta): DeltaEvent | null {
  const event: Writable<DeltaEvent> = { type: "delta" };
  const text = contentText(delta.content);
  if (text !== "") event.text = text;
  const reasoning = reasoningText(delta);
  if (reasoning !== "") event.reasoning = reasoning;
  if (hasItems(delta.reasoning_details)) event.reasoningDetails = delta.reasoning_details;
  if (hasItems(delta.tool_calls)) event.toolCalls = delta.tool_calls;
  if (hasItems(delta.annotations)) event.annotations = delta.annotations;
  if (hasItems(delta.images)) event.images = delta.images;
  if (asObject(delta.audio) !== null) event.audio = delta.audio ?? {};
  if (typeof delta.refusal === "string" && delta.refusal !== "") event.refusal = delta.refusal;
  return Object.keys(event).length === 1 ? null : event;
}

function contentText(content: Delta["content"]): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => (typeof part?.text === "string" ? part.text : "")).join("");
}

/** The readable reasoning of a delta. The details repeat `reasoning`; they are read only where that is missing. */
function reasoningText(delta: Delta): string {
  if (typeof delta.reasoning === "string" && delta.reasoning !== "") return delta.reasoning;
  if (typeof delta.reasoning_content === "string") return delta.reasoning_content;
  if (!hasItems(delta.reasoning_details)) return "";
  return delta.reasoning_details.map((detail) => asText(detail?.text) ?? asText(detail?.summary) ?? "").join("");
}

function hasItems<T>(list: readonly T[] | null | undefined): list is readonly T[] {
  return Array.isArray(list) && list.length > 0;
}
