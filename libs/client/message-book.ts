// All messages of a conversation that this client knows, the branch that is shown, and who is behind on a stream.
import { branchOf, siblingsOf } from "./branch.js";
import type { DeltaOutcome } from "./delta-stream.js";
import type { JoinedConversation, MessageDelta, MessageRestarted, MessageSettled } from "./events.js";
import { isTerminal, MessageStore } from "./message-store.js";
import type { Conversation, Id, Message } from "./types.js";

/** Applies the server's events to the messages. It knows no network; the session does. */
export class MessageBook {
  private readonly stores = new Map<Id, MessageStore>();
  private leafId: Id | null = null;
  /** The leaf that the server named, while its message is not known here. */
  private wantedLeafId: Id | null = null;

  store(id: Id): MessageStore | undefined {
    return this.stores.get(id);
  }

  /** The shown branch, oldest first. */
  branch(): Message[] {
    return branchOf(this.messages(), this.leafId);
  }

  /** The known alternatives to a message, oldest first, itself among them. */
  siblings(id: Id): Message[] {
    return siblingsOf(this.messages(), id);
  }

  /** Last seq seen of each message that still streams: what a join resumes from. */
  positions(): Record<Id, number> {
    const live = [...this.stores].filter(([, store]) => !store.stream.ended);
    return Object.fromEntries(live.map(([id, { stream }]) => [id, stream.seq]));
  }

  /** Ids of messages that have not ended, as far as is known here. */
  live(): Id[] {
    return [...this.stores].filter(([, { stream }]) => !stream.ended).map(([id]) => id);
  }

  /** Takes over what a join answered. The deltas that are missed here follow as events; a stream begins with the first one. */
  joined({ conversation, messages, streams }: JoinedConversation): void {
    for (const message of messages) this.put(message);
    for (const { messageId, attempt } of streams) this.restarted({ messageId, attempt });
    this.follow(conversation);
    if (this.leafId === null) this.leafId = messages.at(-1)?.id ?? null;
  }

  /** Adds or replaces rows, e.g. an older page. @returns whether anything changed that a list shows */
  put(message: Message): boolean {
    const store = this.stores.get(message.id);
    if (store) return store.update(message);
    this.stores.set(message.id, new MessageStore(message));
    if (this.wantedLeafId === message.id) this.lead(message.id);
    return true;
  }

  /** A new message: the shown branch goes there, unless it is older than what is shown. */
  created(message: Message): void {
    this.put(message);
    if (this.leafId === null || message.id > this.leafId) this.lead(message.id);
  }

  delta(delta: MessageDelta): DeltaOutcome {
    return this.stores.get(delta.messageId)?.delta(delta) ?? "gap";
  }

  restarted({ messageId, attempt }: MessageRestarted): void {
    this.stores.get(messageId)?.restarted(attempt);
  }

  settled(settled: MessageSettled): void {
    this.stores.get(settled.messageId)?.settled(settled);
  }

  /** Shows the branch that the conversation names. @returns false when its message is not known here */
  follow({ activeLeafId }: Conversation): boolean {
    if (activeLeafId === null) return true;
    if (this.stores.has(activeLeafId)) {
      this.lead(activeLeafId);
      return true;
    }
    this.wantedLeafId = activeLeafId;
    return false;
  }

  /** The newest message of the branch that is being written, if any. */
  streaming(): Message | undefined {
    return this.branch().findLast((message) => message.role === "assistant" && !isTerminal(message.status));
  }

  private lead(id: Id): void {
    this.leafId = id;
    this.wantedLeafId = null;
  }

  private messages(): Map<Id, Message> {
    return new Map([...this.stores].map(([id, { message }]) => [id, message]));
  }
}
