// The request of an answer as the budgets see it, and with the limit that they set.
import { type ChatRequest } from "#libs/openrouter/index";
import { type AskedCall } from "#src/budgets/admission";
import { choicesOf, longestAnswer, withLongestAnswer } from "#src/budgets/answer-limits";
import { searchesOf } from "#src/budgets/searches";

/** Where a request keeps the longest answer that is wanted; the first one is written when there is none. */
const LIMIT_FIELDS = ["max_tokens", "max_completion_tokens"] as const;

/** What models read: all of it is counted as the prompt. */
const PROMPT_FIELDS = ["messages", "prediction", "tools", "functions", "response_format", "cache_control"];

/** What a request asks for. */
export function askedOf(request: ChatRequest): Omit<AskedCall, "patienceMs" | "signal"> {
  const { model, models, n, ...rest } = request as Record<string, unknown>;
  const others = Array.isArray(models) ? models.filter((one) => typeof one === "string") : [];
  return {
    models: [String(model), ...others],
    prompt: PROMPT_FIELDS.map((name) => rest[name]),
    searches: searchesOf({ ...request }),
    maxTokens: longestAnswer({ ...request }, LIMIT_FIELDS),
    choices: choicesOf(n),
  };
}

/** The same request for an answer of at most so many tokens. @param maxTokens null: as it is */
export function limited(request: ChatRequest, maxTokens: number | null): ChatRequest {
  return maxTokens === null ? request : { ...request, ...withLongestAnswer({ ...request }, LIMIT_FIELDS, maxTokens) };
}
