// Messages over REST, and their events as server-sent events.

import { Body, Controller, Get, Headers, HttpCode, Post, Query, Res } from "@nestjs/common";
import { ApiAcceptedResponse, ApiOkResponse, ApiParam, ApiProduces, ApiTags } from "@nestjs/swagger";
import type { FastifyReply } from "fastify";
import { ApiProblem, IdParam } from "#libs/dto/index";
import { WORKSPACE } from "#libs/http/index";
import { type Actor } from "#src/auth/actor";
import { Can, CurrentActor } from "#src/auth/auth.decorators";
import { BranchActions } from "./branch-actions.js";
import { ContinueDto, EditMessageDto, MessageEventsQuery, RegenerateDto, SendMessageDto } from "./chat.dto.js";
import { MessageView, SentMessagesView } from "./chat.views.js";
import { ChatTree } from "./chat-tree.js";
import { MessageStream } from "./message-stream.js";
import { SendMessage } from "./send-message.js";
import { StopMessage } from "./stop-message.js";
import { toMessageView, toSentView } from "./to-view.js";

@ApiTags("messages")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(WORKSPACE)
export class MessagesController {
  constructor(
    private readonly sending: SendMessage,
    private readonly stopping: StopMessage,
    private readonly branches: BranchActions,
    private readonly tree: ChatTree,
    private readonly stream: MessageStream,
  ) {}

  /** Accepts a message and begins its answer. With `Accept: text/event-stream` the answer's events follow on the same call. */
  @Can("conversation.write")
  @Post("conversations/:id/messages")
  @HttpCode(202)
  @ApiAcceptedResponse({ type: SentMessagesView, description: "Stored." })
  @ApiOkResponse({
    description: "For `Accept: text/event-stream`: `message:created` twice, then the answer's events.",
    content: { "text/event-stream": { schema: { type: "string" } } },
  })
  @ApiProblem(400, 401, 402, 403, 404, 422)
  async send(
    @CurrentActor() actor: Actor,
    @IdParam("id") id: string,
    @Body() body: SendMessageDto,
    @Headers("accept") accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SentMessagesView | undefined> {
    const sent = toSentView(await this.sending.execute(actor, id, body));
    if (!wantsEvents(accept)) return sent;
    const events = [sent.userMessage, sent.assistantMessage].map((message) => ({
      event: "message:created",
      json: JSON.stringify({ message }),
    }));
    await this.stream.open(reply, actor, sent.assistantMessage.id, 0, events);
    return undefined;
  }

  @Can("conversation.read")
  @Get("messages/:id")
  @ApiOkResponse({ type: MessageView })
  @ApiProblem(401, 404)
  async get(@CurrentActor() actor: Actor, @IdParam("id") id: string): Promise<MessageView> {
    return toMessageView(await this.tree.message(actor.workspaceId, id));
  }

  /** The message's deltas after a seq, and its end when it comes; `id:` of each event is its seq. */
  @Can("conversation.read")
  @Get("messages/:id/events")
  @ApiProduces("text/event-stream")
  @ApiOkResponse({
    description: "Events as over Socket.IO.",
    content: { "text/event-stream": { schema: { type: "string" } } },
  })
  @ApiProblem(400, 401, 404)
  async events(
    @CurrentActor() actor: Actor,
    @IdParam("id") id: string,
    @Query() query: MessageEventsQuery,
    @Headers("last-event-id") lastEventId: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const resumed = /^\d{1,9}$/.test(lastEventId ?? "") ? Number(lastEventId) : 0;
    await this.stream.open(reply, actor, id, query.after ?? resumed, []);
  }

  /** Stops the answer; what was written stays. Repeats are harmless. */
  @Can("conversation.write")
  @Post("messages/:id/stop")
  @HttpCode(200)
  @ApiOkResponse({ type: MessageView })
  @ApiProblem(401, 403, 404)
  async stop(@CurrentActor() actor: Actor, @IdParam("id") id: string): Promise<MessageView> {
    return toMessageView(await this.stopping.execute(actor, id));
  }

  /** A new answer beside this one. */
  @Can("conversation.write")
  @Post("messages/:id/regenerate")
  @HttpCode(202)
  @ApiAcceptedResponse({ type: MessageView })
  @ApiProblem(400, 401, 402, 403, 404, 409, 422)
  async regenerate(
    @CurrentActor() actor: Actor,
    @IdParam("id") id: string,
    @Body() body: RegenerateDto,
  ): Promise<MessageView> {
    return toMessageView(await this.branches.regenerate(actor, id, body));
  }

  /** A new answer beside this one that begins with its text. */
  @Can("conversation.write")
  @Post("messages/:id/continue")
  @HttpCode(202)
  @ApiAcceptedResponse({ type: MessageView })
  @ApiProblem(400, 401, 402, 403, 404, 409, 422)
  async continue(
    @CurrentActor() actor: Actor,
    @IdParam("id") id: string,
    @Body() body: ContinueDto,
  ): Promise<MessageView> {
    return toMessageView(await this.branches.continue(actor, id, body));
  }

  /** A new version of a person's message, with its own answer. */
  @Can("conversation.write")
  @Post("messages/:id/edit")
  @HttpCode(202)
  @ApiAcceptedResponse({ type: SentMessagesView })
  @ApiProblem(400, 401, 402, 403, 404, 409, 422)
  async edit(
    @CurrentActor() actor: Actor,
    @IdParam("id") id: string,
    @Body() body: EditMessageDto,
  ): Promise<SentMessagesView> {
    return toSentView(await this.branches.edit(actor, id, body));
  }
}

function wantsEvents(accept: string | undefined): boolean {
  return /(^|,)\s*text\/event-stream\s*(;|,|$)/i.test(accept ?? "");
}
