// The `usage` object of an answer, with money as exact number literals.
import type { Cost, Counts } from "../money/cost.js";
import { type JsonObject, literal } from "./json.js";

/** Usage in the recorded form. `withCost: false` leaves the money out, as very old answers did. */
export function usageObject(counts: Counts, cost: Cost, byok: boolean, withCost: boolean): JsonObject {
  const money = {
    cost: literal(cost.cost),
    is_byok: byok,
    cost_details: {
      upstream_inference_cost: literal(cost.upstream),
      upstream_inference_prompt_cost: literal(cost.upstreamPrompt),
      upstream_inference_completions_cost: literal(cost.upstreamCompletion),
      ...(cost.serverTools.isZero() ? {} : { server_tool_cost: literal(cost.serverTools) }),
    },
  };
  const searches = counts.searches > 0 ? { server_tool_use_details: { web_search_requests: counts.searches } } : {};
  return {
    prompt_tokens: counts.promptTokens,
    completion_tokens: counts.completionTokens,
    total_tokens: counts.promptTokens + counts.completionTokens,
    ...(withCost ? money : {}),
    prompt_tokens_details: {
      cached_tokens: counts.cachedTokens,
      cache_write_tokens: counts.cacheWriteTokens + counts.cacheWrite1hTokens,
      audio_tokens: 0,
      video_tokens: 0,
    },
    completion_tokens_details: { reasoning_tokens: counts.reasoningTokens, image_tokens: 0, audio_tokens: 0 },
    ...searches,
  };
}
