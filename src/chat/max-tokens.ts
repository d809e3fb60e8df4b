// The request of an answer as the budgets see it, and with the limit that they set.
import { type ChatRequest } from "#libs/openrouter/index";
import { type AskedCall } from "#src/budgets/admission";

/** What a request asks for. */
export function askedOf(request: ChatRequest): Pick<AskedCall, "models" | "choices" | "prompt" | "maxTokens"> {
  const { model, models, messages, tools, n } = request as Record<string, unknown>;
  const others = Array.isArray(models) ? models.filter((one) => typeof one === "string") : [];
  const limit = (request as Record<string, unknown>)["max_completion_tokens"] ?? request["max_tokens"];
  return {
    models: [String(model), ...others],
    prompt: [messages, tools],
    maxTokens: typeof limit === "number" ? limit : null,
    ...(typeof n === "number" && { choices: n }),
  };
}

/** The same request for an answer of at most so many tokens. @param maxTokens null: as it is */
export function limited(request: ChatRequest, maxTokens: number | null): ChatRequest {
  if (maxTokens === null) return request;
  const name = "max_completion_tokens" in request ? "max_completion_tokens" : "max_tokens";
  return { ...request, [name]: maxTokens };
}
