// What each socket event does; every one is authorised by itself, never by the room it came from.

import { Injectable } from "@nestjs/common";
import { InvalidInputError } from "#libs/errors/index";
import { AccessService } from "#src/auth/access.service";
import { type Account, type Actor } from "#src/auth/actor";
import { type Action, assertCan } from "#src/auth/policies";
import { Rooms } from "#src/realtime/rooms";
import { type SocketSubscriber } from "#src/realtime/socket-subscriber";
import {
  ContinuePayload,
  DraftPayload,
  EditPayload,
  JoinPayload,
  LeavePayload,
  RegeneratePayload,
  SendPayload,
  StopPayload,
  WorkspacePayload,
} from "./chat-socket.dto.js";
import { JoinConversation } from "./join-conversation.js";
import { MessageActions } from "./message-actions.js";
import { toMessageView, toSentView } from "./to-view.js";

/** One connected socket. */
export interface SocketMember {
  account: Account;
  subscriber: SocketSubscriber;
  /** Takes a token of its rate limit. */
  allow: () => boolean;
}

/** An ack's data, and what happens after it was sent. */
interface Handled {
  data: unknown;
  after?: () => void;
}

type Payload = new () => object;
/** Event → payload class and the policy's action. The one list of what clients may send. */
export const CHAT_EVENTS: Record<string, { name: string; payload: Payload; action: Action } | undefined> =
  Object.assign(Object.create(null), {
    "conversation:join": { name: "join", payload: JoinPayload, action: "conversation.read" },
    "conversation:leave": { name: "leave", payload: LeavePayload, action: "conversation.read" },
    "message:send": { name: "send", payload: SendPayload, action: "conversation.write" },
    "message:stop": { name: "stop", payload: StopPayload, action: "conversation.write" },
    "message:regenerate": { name: "regenerate", payload: RegeneratePayload, action: "conversation.write" },
    "message:continue": { name: "continue", payload: ContinuePayload, action: "conversation.write" },
    "message:edit": { name: "edit", payload: EditPayload, action: "conversation.write" },
    "draft:update": { name: "draft", payload: DraftPayload, action: "conversation.write" },
    "workspace:join": { name: "workspace", payload: WorkspacePayload, action: "conversation.read" },
  });

@Injectable()
export class ChatSocketEvents {
  constructor(
    private readonly access: AccessService,
    private readonly rooms: Rooms,
    private readonly joining: JoinConversation,
    private readonly actions: MessageActions,
  ) {}

  /** @throws domain errors; their codes go into the ack */
  async handle(member: SocketMember, name: string, payload: object): Promise<Handled> {
    if (name === "leave") return this.leave(member, payload as LeavePayload);
    const { workspaceId, ...body } = payload as { workspaceId: string };
    const actor = await this.access.actorIn(member.account, workspaceId.toLowerCase());
    const action = Object.values(CHAT_EVENTS).find((event) => event?.name === name)!.action;
    assertCan(actor, action);
    return this.act(member, actor, name, body as never);
  }

  private async act(member: SocketMember, actor: Actor, name: string, body: never): Promise<Handled> {
    switch (name) {
      case "join":
        return this.join(member, actor, body);
      case "send":
        return this.send(actor, body);
      case "stop":
        return { data: toMessageView(await this.actions.stopping.execute(actor, (body as StopPayload).messageId)) };
      case "regenerate":
      case "continue": {
        const { messageId, ...rest } = body as RegeneratePayload;
        return { data: toMessageView(await this.actions.branches[name](actor, messageId, rest)) };
      }
      case "edit": {
        const { messageId, ...rest } = body as EditPayload;
        return { data: toSentView(await this.actions.branches.edit(actor, messageId, rest)) };
      }
      case "draft":
        return { data: await this.actions.drafts.execute(actor, member.subscriber.id, body) };
      default:
        return this.joinWorkspace(member, actor);
    }
  }

  private async joinWorkspace({ subscriber }: SocketMember, actor: Actor): Promise<Handled> {
    this.rooms.joinWorkspace(actor.workspaceId, subscriber);
    try {
      // Once more: who lost access a moment ago was perhaps looked for in the list before they were in it.
      await this.access.actorIn(actor, actor.workspaceId);
    } catch (error) {
      this.rooms.leaveWorkspace(actor.workspaceId, subscriber);
      throw error;
    }
    return { data: {} };
  }

  private async join(
    { subscriber }: SocketMember,
    actor: Actor,
    { conversationId, resume }: JoinPayload,
  ): Promise<Handled> {
    const { view, release } = await this.joining.execute(actor, conversationId, subscriber, resumeOf(resume));
    return { data: view, after: release };
  }

  private async send(actor: Actor, { conversationId, ...body }: SendPayload): Promise<Handled> {
    return { data: toSentView(await this.actions.sending.execute(actor, conversationId, body)) };
  }

  private leave({ subscriber }: SocketMember, { conversationId }: LeavePayload): Handled {
    this.rooms.leave(conversationId, subscriber);
    return { data: {} };
  }
}

/** @throws InvalidInputError when a value is no seq */
function resumeOf(resume: Record<string, unknown> = {}): Record<string, number> {
  for (const [messageId, seq] of Object.entries(resume)) {
    if (!Number.isSafeInteger(seq) || (seq as number) < 0)
      throw new InvalidInputError([
        { path: `resume.${messageId}`, message: "must be a whole number, the last seq seen" },
      ]);
  }
  return resume as Record<string, number>;
}
