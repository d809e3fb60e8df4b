// Builds the provider's request out of the branch: system prompt, what was said, the parameters; within the model's context.

import { Injectable } from "@nestjs/common";
import { type ChatRequest } from "#libs/openrouter/index";
import { ModelCatalog } from "#src/catalog/model-catalog";
import { ChatTree } from "./chat-tree.js";
import { type CompletionParams } from "./conversation.entity.js";
import { type Message } from "./message.entity.js";

/** Messages of a branch that can reach the provider. */
const MAX_MESSAGES = 2_000;
/** Characters a token stands for when a prompt is cut to size; on the safe side for most languages. */
const CHARACTERS_PER_TOKEN = 3;
/** Share of the context that is left for the answer when nobody asked for a size. */
const ANSWER_SHARE = 0.25;
/** What decides where the request goes and how it is read is never a caller's to set. */
const RESERVED = new Set([
  "model",
  "models",
  "messages",
  "prompt",
  "stream",
  "stream_options",
  "api_base",
  "base_url",
  "api_key",
]);

type PromptMessage = ChatRequest["messages"] extends readonly (infer M)[] | undefined ? M : never;

@Injectable()
export class PromptBuilder {
  constructor(
    private readonly tree: ChatTree,
    private readonly catalog: ModelCatalog,
  ) {}

  /** @param message the pending answer; its parents are the prompt, and its own text (of `continue`) a prefill */
  async build(message: Message): Promise<ChatRequest> {
    const conversation = await this.tree.conversation(message.workspaceId, message.conversationId);
    const branch =
      message.parentId === null
        ? []
        : await this.tree.messages.listBranch(message.workspaceId, message.parentId, MAX_MESSAGES);
    const said = branch.flatMap(toPromptMessage);
    if (message.content !== "") said.push({ role: "assistant", content: message.content } as PromptMessage);
    const system = conversation.systemPrompt
      ? [{ role: "system", content: conversation.systemPrompt } as PromptMessage]
      : [];
    const params = providerParams(message.params ?? {});
    const room = await this.room(message.model ?? conversation.model, params);
    const messages = [...system, ...newestThatFit(said, room - size(system))];
    return { ...params, model: message.model ?? conversation.model, messages } as ChatRequest;
  }

  /** Characters that the prompt may have. */
  private async room(model: string, params: CompletionParams): Promise<number> {
    const context = await this.catalog.contextLength(model);
    if (context === null) return Number.POSITIVE_INFINITY;
    const wanted = params["max_completion_tokens"] ?? params["max_tokens"];
    const answer = typeof wanted === "number" ? Math.min(wanted, context) : Math.ceil(context * ANSWER_SHARE);
    return (context - answer) * CHARACTERS_PER_TOKEN;
  }
}

/** Keeps the newest messages that fit, the last one always. */
export function newestThatFit<M extends object>(messages: readonly M[], room: number): M[] {
  let used = 0;
  let from = messages.length;
  while (from > 0) {
    used += size([messages[from - 1]!]);
    if (used > room && from < messages.length) break;
    from--;
  }
  return messages.slice(from);
}

function size(messages: readonly object[]): number {
  return messages.reduce((sum, message) => sum + JSON.stringify(message).length, 0);
}

/** Parameters in the provider's spelling: `maxTokens` becomes `max_tokens`; what is not a caller's to set is left out. */
export function providerParams(params: CompletionParams): CompletionParams {
  const entries = Object.entries(params).map(
    ([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value] as const,
  );
  return Object.fromEntries(entries.filter(([name]) => !RESERVED.has(name)));
}

/** Answers without text (failed, or tool calls whose results nobody gave) are left out: providers refuse them. */
function toPromptMessage(message: Message): PromptMessage[] {
  if (message.content === "") return [];
  const reasoning =
    message.role === "assistant" && message.reasoningDetails ? { reasoning_details: message.reasoningDetails } : {};
  return [{ role: message.role, content: message.content, ...reasoning } as PromptMessage];
}
