// What the actor thinks of answers, over REST.

import { Body, Controller, Delete, Get, HttpCode, Post, Query } from "@nestjs/common";
import { ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from "@nestjs/swagger";
import { ApiProblem, decodeCursor, IdParam, type Page, PageQuery, pageOf, toPage } from "#libs/dto/index";
import { WORKSPACE } from "#libs/http/index";
import { type Actor } from "#src/auth/actor";
import { Can, CurrentActor } from "#src/auth/auth.decorators";
import { FeedbackDto } from "./chat.dto.js";
import { FeedbackView } from "./chat.views.js";
import { Feedback } from "./feedback.js";
import { toFeedbackView } from "./to-view.js";

@ApiTags("messages")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(WORKSPACE)
export class FeedbackController {
  constructor(private readonly feedback: Feedback) {}

  /** Rates an answer that has ended. Each member has one rating of each answer: a further one replaces it. */
  @Can("conversation.write")
  @Post("messages/:id/feedback")
  @HttpCode(200)
  @ApiOkResponse({ type: FeedbackView })
  @ApiProblem(400, 401, 403, 404, 409)
  async give(
    @CurrentActor() actor: Actor,
    @IdParam("id") id: string,
    @Body() body: FeedbackDto,
  ): Promise<FeedbackView> {
    return toFeedbackView(await this.feedback.give(actor, id, body));
  }

  /** Takes the own rating back. */
  @Can("conversation.write")
  @Delete("messages/:id/feedback")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404)
  async withdraw(@CurrentActor() actor: Actor, @IdParam("id") id: string): Promise<void> {
    await this.feedback.withdraw(actor, id);
  }

  /** The own ratings in a conversation, in order of its messages. */
  @Can("conversation.read")
  @Get("conversations/:id/feedback")
  @ApiOkResponse({ type: pageOf(FeedbackView) })
  @ApiProblem(400, 401, 404)
  async list(
    @CurrentActor() actor: Actor,
    @IdParam("id") id: string,
    @Query() { limit, cursor }: PageQuery,
  ): Promise<Page<FeedbackView>> {
    const after = cursor === undefined ? undefined : decodeCursor<[string]>(cursor, ["string"])[0];
    const rows = await this.feedback.list(actor, id, limit, after);
    return toPage(rows, limit, (row) => [row.messageId], toFeedbackView);
  }
}
