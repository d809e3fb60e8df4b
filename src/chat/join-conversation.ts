// Brings a connection into a conversation: what is there now, then the deltas that it missed, then what comes live.

import { Injectable } from "@nestjs/common";
import { AccessService } from "#src/auth/access.service";
import { type Actor } from "#src/auth/actor";
import { type LiveEvent } from "#src/realtime/live-line";
import { type Membership, type Subscriber } from "#src/realtime/room";
import { Rooms } from "#src/realtime/rooms";
import { type JoinedConversationView, type StreamPositionView } from "./chat.views.js";
import { endedEvent } from "./chat-events.js";
import { ChatReplay, rowDeltas } from "./chat-replay.js";
import { ChatTree } from "./chat-tree.js";
import { GenerationsRepository } from "./generations.repository.js";
import { type Message } from "./message.entity.js";
import { toConversationView, toMessageView } from "./to-view.js";

/** Messages of the newest page in an ack. */
const PAGE = 50;
/** Most messages that one join may resume. */
const MAX_RESUMED = 100;

/** A join that is prepared: answer the client, then call `release`. */
export interface Joined {
  view: JoinedConversationView;
  release: () => void;
}

@Injectable()
export class JoinConversation {
  constructor(
    private readonly rooms: Rooms,
    private readonly tree: ChatTree,
    private readonly generations: GenerationsRepository,
    private readonly replay: ChatReplay,
    private readonly access: AccessService,
  ) {}

  /**
   * @param resume message id → last seq that the client has
   * @throws NotFoundError
   */
  async execute(
    actor: Actor,
    conversationId: string,
    subscriber: Subscriber,
    resume: Record<string, number>,
  ): Promise<Joined> {
    const { workspaceId } = actor;
    await this.tree.conversation(workspaceId, conversationId);
    // In the room before the first read: whatever happens from now on is held for this connection.
    const membership = this.rooms.join(workspaceId, conversationId, subscriber);
    try {
      // Once more: who lost access a moment ago was perhaps looked for in the room before they were in it.
      await this.access.actorIn(actor, workspaceId);
      return await this.load(workspaceId, conversationId, membership, resume);
    } catch (error) {
      this.rooms.leave(conversationId, subscriber);
      throw error;
    }
  }

  /** One message's events as a stream: the deltas after `after`, the end when it comes. @throws NotFoundError */
  async message(actor: Actor, messageId: string, subscriber: Subscriber, after: number): Promise<void> {
    const { workspaceId } = actor;
    const { conversationId } = await this.tree.message(workspaceId, messageId);
    const membership = this.rooms.join(workspaceId, conversationId, subscriber, messageId);
    try {
      await this.access.actorIn(actor, workspaceId);
      const row = await this.tree.message(workspaceId, messageId);
      const { missed } = await this.resume(row, after, membership);
      membership.release(missed);
    } catch (error) {
      this.rooms.leave(conversationId, subscriber);
      throw error;
    }
  }

  private async load(
    workspaceId: string,
    conversationId: string,
    membership: Membership,
    resume: Record<string, number>,
  ): Promise<Joined> {
    const conversation = await this.tree.conversation(workspaceId, conversationId);
    const live = await this.generations.liveIn(conversationId);
    const leaf = conversation.activeLeafId;
    const messages = leaf ? (await this.tree.messages.listBranch(workspaceId, leaf, PAGE)).slice(-PAGE) : [];
    const wanted = new Set([...live, ...Object.keys(resume).slice(0, MAX_RESUMED)]);
    const streams: StreamPositionView[] = [];
    const replay: LiveEvent[] = [];
    for (const messageId of wanted) {
      const row = await this.tree.messages.find(workspaceId, messageId);
      if (row?.conversationId !== conversationId) continue;
      const { all, missed, at } = await this.resume(row, resume[messageId] ?? 0, membership);
      replay.push(...missed);
      if (!at) continue;
      streams.push({ messageId, ...at });
      const shown = messages.find((message) => message.id === messageId);
      if (shown && all.length > 0) Object.assign(shown, textOf(all));
    }
    return {
      view: { conversation: toConversationView(conversation), messages: messages.map(toMessageView), streams },
      release: () => membership.release(replay),
    };
  }

  /**
   * Brings a member up to where a message is. One that still runs is looked after from now on: a worker that is killed after its last
   * commit tells nobody of the end, and a process that has heard nothing of the message would not look for it.
   * @returns all of its events, those after what the member has, and where it stands; undefined: it has ended
   */
  private async resume(row: Message, after: number, membership: Membership) {
    const { id, conversationId, attempt } = row;
    const hasEnded = row.completedAt !== null;
    const all = hasEnded ? [...rowDeltas(row, 0), endedEvent(row)] : await this.replay.deltas(id, attempt, 0);
    const missed = all.filter((event) => event.event !== "message:delta" || event.seq > after);
    if (hasEnded) return { all, missed, at: undefined };
    const at = { attempt, seq: all.at(-1)?.seq ?? 0 };
    membership.startAt(id, { attempt, seq: after });
    this.rooms.startAt(conversationId, id, at);
    return { all, missed, at };
  }
}

/** The text up to the last of the given deltas, which begin with the first one. */
function textOf(deltas: readonly LiveEvent[]): Pick<Message, "content" | "reasoning" | "status"> {
  let content = "";
  let reasoning = "";
  for (const { json } of deltas) {
    const delta = JSON.parse(json) as { text?: string; reasoning?: string };
    content += delta.text ?? "";
    reasoning += delta.reasoning ?? "";
  }
  return { content, reasoning: reasoning || null, status: "streaming" };
}
