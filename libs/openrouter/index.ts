// The door of libs/openrouter: everything else in this folder is private to it.
export type { GenerationFields, GenerationRecord, KeyInfo, Model, ModelPricing } from "./account.types.js";
export { createUpstreamAgent, sharedUpstreamAgent, type UpstreamAgentOptions } from "./agent.js";
export type {
  AnswerMessage,
  ChatCompletion,
  Chunk,
  ChunkChoice,
  Delta,
  EmbeddingsAnswer,
  ErrorBody,
  ToolCallDelta,
  Usage,
} from "./answer.types.js";
export { type AnswerForm, AnswerTap } from "./answer-tap.js";
export { ReasoningDetailAssembler, ToolCallAssembler } from "./assemblers.js";
export {
  type CallOptions,
  type CompletionResult,
  type EmbeddingsResult,
  OpenRouterClient,
  type OpenRouterClientOptions,
} from "./client.js";
export type { CompletionStream } from "./completion-stream.js";
export { decimalFromLiteral } from "./decimal.js";
export { type ErrorAnswer, errorFromAnswer, errorFromStream } from "./error-mapping.js";
export {
  ProviderError,
  type ProviderErrorCode,
  type ProviderErrorKind,
  type ProviderErrorMetadata,
  type ProviderErrorPhase,
} from "./errors.js";
export type {
  CompletionEvent,
  DeltaEvent,
  EndEvent,
  FinishEvent,
  HeadersEvent,
  ServedEvent,
  UsageEvent,
} from "./events.js";
export type { Exchange, ExchangeFault, ExchangeSink } from "./exchange.js";
export { errorFromFault, type FaultContext } from "./fault-mapping.js";
export { NumberLiterals, type ParsedJson, parseJsonWithMoney } from "./json-literals.js";
export type * from "./request.types.js";
export { DEFAULT_RETRY_LIMITS, nextRetry, type RetryLimits, retryDelay, withRetries } from "./retry.js";
export { DEFAULT_SSE_LIMITS, type SseEventHandler, SseLimitError, type SseLimits, SseParser } from "./sse.js";
export { DEFAULT_TIMEOUTS, type Timeouts } from "./timeouts.js";
export { WholeBody } from "./whole-body.js";
