// What a workspace chooses about the gateway, over REST.
import { Body, Controller, Delete, Get, HttpCode, Patch } from "@nestjs/common";
import { ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from "@nestjs/swagger";
import { ApiProblem } from "#libs/dto/index";
import { WORKSPACE } from "#libs/http/index";
import { type Actor } from "#src/auth/actor";
import { Can, CurrentActor } from "#src/auth/auth.decorators";
import { AnswerCache } from "./answer-cache.js";
import { GatewaySettingsView, toGatewaySettingsView, UpdateGatewaySettingsDto } from "./gateway-settings.dto.js";
import { GatewaySettingsService } from "./gateway-settings.js";

@ApiTags("gateway")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(`${WORKSPACE}/gateway`)
export class GatewaySettingsController {
  constructor(
    private readonly settings: GatewaySettingsService,
    private readonly cache: AnswerCache,
  ) {}

  /** Whether answers of the gateway are kept and calls logged, and for how long. */
  @Can("gateway.read")
  @Get("settings")
  @ApiOkResponse({ type: GatewaySettingsView })
  @ApiProblem(401, 403, 404)
  async read(@CurrentActor() { workspaceId }: Actor): Promise<GatewaySettingsView> {
    return toGatewaySettingsView(await this.settings.read(workspaceId), await this.cache.size(workspaceId));
  }

  /** Changes what is given. Counts in every process within half a second. */
  @Can("gateway.manage")
  @Patch("settings")
  @ApiOkResponse({ type: GatewaySettingsView })
  @ApiProblem(400, 401, 403, 404)
  async update(@CurrentActor() actor: Actor, @Body() body: UpdateGatewaySettingsDto): Promise<GatewaySettingsView> {
    return toGatewaySettingsView(await this.settings.update(actor, body), await this.cache.size(actor.workspaceId));
  }

  /** Deletes every kept answer. */
  @Can("gateway.manage")
  @Delete("cache")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404)
  async empty(@CurrentActor() actor: Actor): Promise<void> {
    await this.settings.emptyCache(actor);
  }
}
