// The last event of a stream that breaks after its head is out: each client library throws on it (openrouter-contract §7 rule 9).
import { type OpenAiError } from "#libs/errors/index";
import { type AnswerForm } from "#libs/openrouter/index";

/** What the chunks before it said of themselves. */
export interface StreamIdentity {
  id: string | null;
  model: string;
}

/**
 * The event in the form of the stream. The blank lines in front end an event that was cut in its middle: without them the
 * error would be read as a part of it.
 */
export function errorEvent(form: AnswerForm, { error }: OpenAiError, { id, model }: StreamIdentity): string {
  if (form === "responses") {
    const { message, code, type, param } = error;
    return `\n\nevent: error\ndata: ${JSON.stringify({ type: "error", code: String(code), message, param, error: { message, code, type, param } })}\n\n`;
  }
  const chunk = {
    id: id ?? "chatcmpl-interrupted",
    object: "chat.completion.chunk",
    created: Math.floor(Date.now() / 1_000),
    model,
    error,
    choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: "error" }],
  };
  return `\n\ndata: ${JSON.stringify(chunk)}\n\n`;
}
