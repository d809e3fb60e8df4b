// A request in the form of OpenAI's Responses, read as the chat request that it stands for.
import { Fault } from "../wire/fault.js";
import { asArray, asObject, asText, type JsonObject } from "../wire/json.js";

const refused = (message: string) => new Fault(400, message, { type: "invalid_request" });

function messageOf(raw: unknown, index: number): JsonObject {
  const item = asObject(raw);
  if (!item) throw refused(`input.${index}: expected an object`);
  const { type, role, content } = item;
  if (type === "function_call_output") return { role: "tool", content: item["output"] };
  if (type === "function_call") {
    const call = { id: item["call_id"], type, function: { name: item["name"], arguments: item["arguments"] } };
    return { role: "assistant", content: null, tool_calls: [call] };
  }
  if (type === "reasoning") return { role: "assistant", content: null };
  if (typeof role !== "string") throw refused(`input.${index}: expected a message with a role`);
  return { role: role === "developer" ? "system" : role, content };
}

function messagesOf(body: JsonObject): JsonObject[] {
  const { input, instructions } = body;
  const asked = asText(input) === undefined ? asArray(input).map(messageOf) : [{ role: "user", content: input }];
  if (asked.length === 0) throw refused("input: expected a string or a list of items");
  return asText(instructions) === undefined ? asked : [{ role: "system", content: instructions }, ...asked];
}

/**
 * The same request as one for chat completions.
 * @throws Fault 400, also for what OpenRouter does not keep: stored responses (https://openrouter.ai/docs, Responses API)
 */
export function asChatBody(body: JsonObject): JsonObject {
  if (body["store"] === true) throw refused("store: this API is stateless");
  if (asText(body["previous_response_id"]) !== undefined)
    throw refused("previous_response_id: this API is stateless, send the whole conversation");
  const { input: _input, instructions: _instructions, max_output_tokens, tools, ...rest } = body;
  const functions = asArray(tools).flatMap((raw) => {
    const { type, ...fn } = asObject(raw) ?? {};
    return type === "function" ? [{ type, function: fn }] : [];
  });
  return {
    ...rest,
    messages: messagesOf(body),
    ...(functions.length > 0 && { tools: functions }),
    ...(max_output_tokens != null && { max_tokens: max_output_tokens }),
  };
}
