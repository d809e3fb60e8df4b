// The opt-in `openrouter_metadata` of an answer: how the request was routed.
import type { Call } from "../call.js";
import type { JsonObject } from "../wire/json.js";

/** True when the caller asked for routing metadata, by the current header or its older name. */
export function asksForMetadata(headers: NodeJS.Dict<string | string[]>): boolean {
  const value = headers["x-openrouter-metadata"] ?? headers["x-openrouter-experimental-metadata"];
  return value === "enabled";
}

/** The metadata of a call that went to its first endpoint. */
export function routingMetadata(call: Call): JsonObject {
  const { request, served, provider, options } = call;
  const attempt = { provider, model: served, status: 200 };
  return {
    openrouter_metadata: {
      requested: request.model,
      strategy: "direct",
      region: "local",
      summary: `served by ${provider}`,
      attempt: 1,
      attempts: [attempt],
      is_byok: options.has("byok"),
      endpoints: { total: 1, available: [{ provider, model: served, selected: true }] },
      params: {},
      pipeline: [],
    },
  };
}
