// The plainest story of all, as a step of others: ask something in a new conversation and listen to the answer.
import type { Conversation, ConversationInput, MessageDelta, SendMessageBody, SentMessages } from "#libs/client/index";
import type { Account, Listener } from "../app/account.js";

/** A conversation in which something was asked, and a socket in its room. */
export interface Asked extends Listener, SentMessages {
  conversation: Conversation;
}

export interface AskOptions extends Partial<SendMessageBody> {
  conversation?: Conversation;
  /** Members of the new conversation. */
  input?: ConversationInput;
  /** Which API process. */
  api?: number;
}

let count = 0;

/** A text that no other test sends, to find its call in the simulator's journal. */
export function uniqueText(): string {
  count += 1;
  return `question ${count} ${Math.random().toString(36).slice(2, 12)}`;
}

/** Sends by socket from a room of the conversation. `model` is a scenario of the simulator, e.g. `sim/tokens:20`. */
export async function ask(
  account: Account,
  model: string,
  { conversation, input, api, ...body }: AskOptions = {},
): Promise<Asked> {
  const room = conversation ?? (await account.aConversation({ model, ...input }));
  const listener = await account.join(room.id, undefined, api);
  const { workspaceId } = account;
  const sent = await listener.socket.send("message:send", {
    workspaceId,
    conversationId: room.id,
    clientMessageId: crypto.randomUUID(),
    content: uniqueText(),
    model,
    ...body,
  });
  return { ...listener, ...sent, conversation: room };
}

/** The text that deltas make. */
export function textOf(deltas: readonly MessageDelta[]): string {
  return deltas.map(({ text }) => text ?? "").join("");
}

/** 1, 2, 3 … n */
export function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index + 1);
}
