// Logged requests and answers of the gateway, over REST.
import { Controller, Delete, Get, HttpCode, Query } from "@nestjs/common";
import { ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from "@nestjs/swagger";
import { ApiProblem, decodeCursor, IdParam, type Page, pageOf, toPage } from "#libs/dto/index";
import { WORKSPACE } from "#libs/http/index";
import { type Actor } from "#src/auth/actor";
import { Can, CurrentActor } from "#src/auth/auth.decorators";
import {
  GatewayLogDetailView,
  GatewayLogView,
  ListGatewayLogsQuery,
  toGatewayLogDetailView,
  toGatewayLogView,
  toLogFilter,
} from "./gateway-logs.dto.js";
import { GatewayLogs } from "./gateway-logs.js";

@ApiTags("gateway")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(`${WORKSPACE}/gateway/logs`)
export class GatewayLogsController {
  constructor(private readonly logs: GatewayLogs) {}

  /** Logged calls of one's own platform keys, newest first; to an admin those of all members. Without what was said. */
  @Can("gateway.logs")
  @Get()
  @ApiOkResponse({ type: pageOf(GatewayLogView) })
  @ApiProblem(400, 401, 403, 404)
  async list(@CurrentActor() actor: Actor, @Query() query: ListGatewayLogsQuery): Promise<Page<GatewayLogView>> {
    const { limit, cursor } = query;
    const last = cursor === undefined ? undefined : decodeCursor<[number, string]>(cursor, ["number", "string"]);
    const before = last && { createdAt: last[0], id: last[1] };
    const rows = await this.logs.list(actor, { ...toLogFilter(query), before }, limit);
    return toPage(rows, limit, ({ log }) => [log.createdAt, log.id], toGatewayLogView);
  }

  /** One logged call with its request and answer. That it was read is an event of the audit log. */
  @Can("gateway.logs")
  @Get(":id")
  @ApiOkResponse({ type: GatewayLogDetailView })
  @ApiProblem(401, 403, 404)
  async read(@CurrentActor() actor: Actor, @IdParam("id") id: string): Promise<GatewayLogDetailView> {
    return toGatewayLogDetailView(await this.logs.read(actor, id));
  }

  /** Deletes what was logged of one call; its row in the ledger stays. */
  @Can("gateway.manage")
  @Delete(":id")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404)
  async delete(@CurrentActor() actor: Actor, @IdParam("id") id: string): Promise<void> {
    await this.logs.delete(actor, id);
  }

  /** Deletes everything that was logged; the ledger stays. */
  @Can("gateway.manage")
  @Delete()
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404)
  async deleteAll(@CurrentActor() actor: Actor): Promise<void> {
    await this.logs.deleteAll(actor);
  }
}
