// What one call to the provider has told so far; becomes its ledger row.
import { type CompletionEvent, ProviderError } from "#libs/openrouter/index";
import { type CallOutcome } from "./provider-calls.repository.js";

export class CallRecord {
  generationId: string | null = null;
  finishReason: string | null = null;
  outcome: CallOutcome = {};
  private readonly started = performance.now();
  private noted: string | null | undefined;

  constructor(readonly callId: string) {}

  read(event: CompletionEvent): void {
    if (event.type === "headers") this.generationId = event.generationId;
    else if (event.type === "served") {
      this.generationId ??= event.generationId;
      this.outcome.servedModel = event.model;
      this.outcome.provider = event.provider;
    } else if (event.type === "finish") this.finishReason = event.finishReason;
    else if (event.type === "usage") this.readUsage(event);
    else if (event.type === "end") {
      this.finishReason ??= event.finishReason;
      Object.assign(this.outcome, { finishReason: this.finishReason, latencyMs: this.elapsed() });
    }
  }

  /** True once for each new id, and once when the headers brought none: the call has begun. */
  newGenerationId(event: CompletionEvent): boolean {
    if (event.type === "headers" && event.status >= 300) return false;
    if (this.noted === this.generationId) return false;
    this.noted = this.generationId;
    return true;
  }

  outputSeen(): void {
    this.outcome.firstTokenMs ??= this.elapsed();
  }

  /** Notes why the call ended early. A call that was certainly not billed costs 0; of others only the provider knows. */
  failed(thrown: unknown): ProviderError {
    const error =
      thrown instanceof ProviderError
        ? thrown
        : new ProviderError("invalid_response", {
            phase: "before_output",
            billed: "unknown",
            generationId: this.generationId,
            cause: thrown,
          });
    this.generationId ??= error.generationId;
    Object.assign(this.outcome, { errorCode: error.code, finishReason: this.finishReason, latencyMs: this.elapsed() });
    if (error.billed === "no") this.outcome.costUsd ??= "0";
    return error;
  }

  private readUsage({
    usage,
    costUsd,
    upstreamInferenceCostUsd,
    isByok,
    model,
    provider,
  }: CompletionEvent & { type: "usage" }): void {
    const { prompt_tokens_details: prompt, completion_tokens_details: completion } = usage;
    Object.assign(this.outcome, {
      servedModel: model ?? this.outcome.servedModel ?? null,
      provider: provider ?? this.outcome.provider ?? null,
      promptTokens: usage.prompt_tokens ?? null,
      completionTokens: usage.completion_tokens ?? null,
      reasoningTokens: completion?.reasoning_tokens ?? null,
      cachedTokens: prompt?.cached_tokens ?? null,
      cacheWriteTokens: prompt?.cache_write_tokens ?? null,
      costUsd,
      upstreamCostUsd: upstreamInferenceCostUsd,
      isByok,
    } satisfies CallOutcome);
  }

  private elapsed(): number {
    return Math.round(performance.now() - this.started);
  }
}
