// Reads along with an answer that is passed on byte for byte: who served it, what it used and cost, how it ended.
import type { Usage } from "./answer.types.js";
import { CompletionReader } from "./completion-reader.js";
import { errorFromStream } from "./error-mapping.js";
import { asObject, asText } from "./error-metadata.js";
import { ProviderError } from "./errors.js";
import type { CompletionEvent } from "./events.js";
import { type NumberLiterals, type ParsedJson, parseChunk, parseJsonWithMoney } from "./json-literals.js";
import { DEFAULT_SSE_LIMITS, type SseLimits, SseParser } from "./sse.js";

/** The form of an answer: chat completions, embeddings, or OpenAI's Responses. */
export type AnswerForm = "chat" | "embeddings" | "responses";

/**
 * The events of a stream that tell something for the books. All others hold text alone and are not parsed: that would cost more
 * than passing them on. Inside a JSON string a quote is escaped, so text that quotes JSON does not match.
 */
const TELLING = /"(?:usage|error|finish_reason)"\s*:\s*(?!null)|"type"\s*:\s*"(?:error|response\.[a-z]+)"/;
/** A piece of output, in either form. */
const OUTPUT = /"(?:content|reasoning|reasoning_content|arguments|delta)"\s*:\s*"[^"]/;
const VECTOR = /"embedding"\s*:\s*(?:\[[^\]]*\]|"[^"]*")/g;
/** How a response of the Responses form can end. */
const ENDED = /^response\.(completed|incomplete|failed)$/;

/** Taps one answer. What it learns goes out through `emit`, as with a stream that is read; it never throws for what it reads. */
export class AnswerTap {
  /** The last event was read; what follows it is nothing to wait for. */
  done = false;
  /** Why the answer is none, or not a whole one, as it said itself. */
  error: ProviderError | null = null;
  /** A piece of output went by. */
  output = false;
  private first = true;
  private readonly parser: SseParser;
  private readonly reader: CompletionReader;
  private responded = false;

  /** @param generationId X-Generation-Id, where there is one */
  constructor(
    private readonly form: AnswerForm,
    private readonly emit: (event: CompletionEvent) => void,
    private readonly generationId: string | null,
    limits: SseLimits = DEFAULT_SSE_LIMITS,
  ) {
    this.reader = new CompletionReader(emit, generationId);
    this.parser = new SseParser((data, name, cut) => this.event(data, name, cut), limits);
  }

  /** The model said that it is done, or the answer said that it failed: nothing is missing but the trailer. */
  get complete(): boolean {
    return this.done || this.reader.finished || this.error !== null;
  }

  /** The next bytes of a stream. @returns whether they held a sign of life. @throws SseLimitError */
  push(chunk: Buffer): boolean {
    const { lines } = this.parser;
    this.parser.push(chunk);
    return this.parser.lines > lines;
  }

  /** The stream is over. @returns whether it had said so before: a silent end is a fault */
  end(): boolean {
    this.parser.end();
    const { complete } = this;
    const finish = complete && this.error === null;
    if (this.form === "chat" && !this.reader.done)
      this.guard(() => (finish ? this.reader.end() : this.reader.flushUsage()));
    return complete;
  }

  /** A whole answer. @throws ProviderError for an `{error}` in it, or when it is no such answer */
  whole(text: string): void {
    if (this.form === "chat") {
      this.reader.readWhole(text);
      return;
    }
    const { value, literals } = this.parse(this.form === "embeddings" ? text.replace(VECTOR, '"embedding":[]') : text);
    const answer = asObject(value);
    if (answer === null) throw this.reader.fault("invalid_response");
    if (answer["error"]) throw errorFromStream(answer["error"], "before_output", this.generationId);
    this.answered(answer, literals);
    this.emit({ type: "end", sawDone: true, finishReason: asText(answer["status"]) });
  }

  private event(data: string, name: string, cut: boolean): void {
    if (!this.output && OUTPUT.test(data)) this.output = true;
    const last = data.trim() === "[DONE]";
    if (!this.first && !last && name === "" && !TELLING.test(data)) return;
    this.first = false;
    if (last && this.error !== null) this.done = true;
    else if (this.form === "responses") this.guard(() => this.responsesEvent(data, cut));
    else this.guard(() => this.reader.read(data, name, cut));
    if (last) this.done = true;
  }

  private responsesEvent(data: string, cut: boolean): void {
    if (cut || data === "[DONE]" || !TELLING.test(data)) return;
    const { value, literals } = parseChunk(data);
    const event = asObject(value);
    const type = asText(event?.["type"]) ?? "";
    if (event === null) return;
    if (type === "error") this.error = errorFromStream(event["error"] ?? event, "after_output", this.generationId);
    const response = asObject(event["response"]);
    if (response === null) return;
    const ended = ENDED.exec(type);
    if (ended || !this.responded) this.answered(response, literals);
    this.responded = true;
    if (!ended) return;
    this.done = true;
    if (response["error"]) this.error = errorFromStream(response["error"], "after_output", this.generationId);
    this.emit({ type: "end", sawDone: true, finishReason: ended[1]! });
  }

  private answered(answer: Readonly<Record<string, unknown>>, literals: NumberLiterals): void {
    const model = asText(answer["model"]);
    const provider = asText(answer["provider"]);
    const { generationId } = this;
    this.emit({ type: "served", generationId: generationId ?? asText(answer["id"]), model, provider });
    const usage = asObject(answer["usage"]);
    if (usage === null) return;
    this.emit({
      type: "usage",
      usage: asUsage(usage),
      costUsd: literals.decimal(usage, "cost"),
      upstreamInferenceCostUsd: literals.decimal(usage["cost_details"], "upstream_inference_cost"),
      isByok: usage["is_byok"] === true,
      serviceTier: null,
      generationId,
      model,
      provider,
    });
  }

  private parse(text: string): ParsedJson {
    try {
      return parseJsonWithMoney(text);
    } catch (error) {
      throw this.reader.fault("invalid_response", error);
    }
  }

  /** Foreign bytes pass through whatever they hold: that they could not be read is noted, nothing more. */
  private guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.error ??= error instanceof ProviderError && error.code !== "invalid_response" ? error : null;
    }
  }
}

/** The Responses form counts under other names. */
function asUsage(usage: Readonly<Record<string, unknown>>): Usage {
  if (!("input_tokens" in usage)) return usage as Usage;
  return {
    ...usage,
    prompt_tokens: usage["input_tokens"],
    completion_tokens: usage["output_tokens"],
    prompt_tokens_details: usage["input_tokens_details"],
    completion_tokens_details: usage["output_tokens_details"],
  } as Usage;
}
