// Conversations over REST.

import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from "@nestjs/common";
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from "@nestjs/swagger";
import { ApiProblem, IdParam, type Page, pageOf } from "#libs/dto/index";
import { WORKSPACE } from "#libs/http/index";
import { type Actor } from "#src/auth/actor";
import { Can, CurrentActor } from "#src/auth/auth.decorators";
import { assertCan } from "#src/auth/policies";
import { CreateConversationDto, ListConversationsQuery, ListMessagesQuery, UpdateConversationDto } from "./chat.dto.js";
import { ConversationView, MessageView } from "./chat.views.js";
import { ConversationsService } from "./conversations.service.js";

@ApiTags("conversations")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(`${WORKSPACE}/conversations`)
export class ConversationsController {
  constructor(private readonly conversations: ConversationsService) {}

  /** Newest change first. */
  @Can("conversation.read")
  @Get()
  @ApiOkResponse({ type: pageOf(ConversationView) })
  @ApiProblem(400, 401, 404)
  async list(@CurrentActor() actor: Actor, @Query() query: ListConversationsQuery): Promise<Page<ConversationView>> {
    return this.conversations.list(actor, query);
  }

  @Can("conversation.write")
  @Post()
  @ApiCreatedResponse({ type: ConversationView })
  @ApiProblem(400, 401, 403, 404)
  async create(@CurrentActor() actor: Actor, @Body() body: CreateConversationDto): Promise<ConversationView> {
    return this.conversations.create(actor, body);
  }

  @Can("conversation.read")
  @Get(":id")
  @ApiOkResponse({ type: ConversationView })
  @ApiProblem(401, 404)
  async get(@CurrentActor() actor: Actor, @IdParam("id") id: string): Promise<ConversationView> {
    return this.conversations.get(actor, id);
  }

  @Can("conversation.write")
  @Patch(":id")
  @ApiOkResponse({ type: ConversationView })
  @ApiProblem(400, 401, 403, 404, 422)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam("id") id: string,
    @Body() body: UpdateConversationDto,
  ): Promise<ConversationView> {
    if (body.legalHold !== undefined) assertCan(actor, "conversation.hold");
    return this.conversations.update(actor, id, body);
  }

  /** Deletes the conversation with all its messages. */
  @Can("conversation.write")
  @Delete(":id")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404, 409)
  async delete(@CurrentActor() actor: Actor, @IdParam("id") id: string): Promise<void> {
    await this.conversations.delete(actor, id);
  }

  @Can("conversation.read")
  @Get(":id/messages")
  @ApiOkResponse({ type: pageOf(MessageView) })
  @ApiProblem(400, 401, 404)
  async messages(
    @CurrentActor() actor: Actor,
    @IdParam("id") id: string,
    @Query() query: ListMessagesQuery,
  ): Promise<Page<MessageView>> {
    return this.conversations.messages(actor, id, query);
  }
}
