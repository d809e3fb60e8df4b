// What a script of a stream works with.
import { type Call, countsOf, type Produced, priceOf } from "../call.js";
import type { JsonObject } from "../wire/json.js";
import { usageObject } from "../wire/usage.js";
import type { Chunks } from "./chunks.js";
import type { Pace } from "./pace.js";

/** What has been written so far; read when the client leaves. */
export type Progress = {
  tokens: number;
  reasoningTokens: number;
  /** The end was written: a client that closes now has not cancelled. */
  ended: boolean;
  /** An error event was written: tokens are not charged. */
  failed: boolean;
};

/** What a script needs. */
export type Scene = {
  readonly call: Call;
  readonly chunks: Chunks;
  readonly pace: Pace;
  readonly progress: Progress;
  /** More fields of the usage chunk, such as `openrouter_metadata`. */
  readonly closing: JsonObject;
};

/** Usage of a call that has produced this much. */
export function usageOf(call: Call, produced: Produced, failed = false): JsonObject {
  const cost = priceOf(call, produced, failed);
  return usageObject(countsOf(call, produced), cost, call.options.has("byok"), !call.options.has("no-cost"));
}
