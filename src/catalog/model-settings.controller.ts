// What a workspace allows, names and prefers, and each member's favourites, over REST.
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Put, Query } from "@nestjs/common";
import { ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from "@nestjs/swagger";
import { ApiProblem, decodeCursor, type Page, PageQuery, pageOf, toPage } from "#libs/dto/index";
import { WORKSPACE } from "#libs/http/index";
import { type Actor } from "#src/auth/actor";
import { Can, CurrentActor } from "#src/auth/auth.decorators";
import { type ModelRules } from "./model-rules.js";
import {
  FavouriteView,
  ModelPath,
  ModelSettingsView,
  toModelSettingsView,
  UpdateModelSettingsDto,
} from "./workspace-models.dto.js";
import { WorkspaceModelsService } from "./workspace-models.js";

@ApiTags("models")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(`${WORKSPACE}/models`)
export class ModelSettingsController {
  constructor(private readonly models: WorkspaceModelsService) {}

  /** Which models may be called here, which one is called when nobody chose, and the workspace's own names of models. */
  @Can("models.read")
  @Get("settings")
  @ApiOkResponse({ type: ModelSettingsView })
  @ApiProblem(401, 404)
  async settings(@CurrentActor() actor: Actor): Promise<ModelSettingsView> {
    return this.view(await this.models.rules(actor.workspaceId));
  }

  /** Changes what is given. Counts from the next request on, in every process within half a second. */
  @Can("models.manage")
  @Patch("settings")
  @ApiOkResponse({ type: ModelSettingsView })
  @ApiProblem(400, 401, 403, 404)
  async update(@CurrentActor() actor: Actor, @Body() body: UpdateModelSettingsDto): Promise<ModelSettingsView> {
    return this.view(await this.models.update(actor, body));
  }

  /** The models that one keeps at hand, in order of their ids. */
  @Can("models.read")
  @Get("favourites")
  @ApiOkResponse({ type: pageOf(FavouriteView) })
  @ApiProblem(400, 401, 404)
  async favourites(@CurrentActor() actor: Actor, @Query() { limit, cursor }: PageQuery): Promise<Page<FavouriteView>> {
    const after = cursor === undefined ? undefined : decodeCursor<[string]>(cursor, ["string"])[0];
    const rows = await this.models.favourites(actor, limit, after);
    return toPage(
      rows,
      limit,
      ({ modelId }) => [modelId],
      ({ modelId }) => ({ modelId }),
    );
  }

  /** Keeps a model at hand. Its id goes into the path as one part: `openai%2Fgpt-5-mini`. */
  @Can("models.favourite")
  @Put("favourites/:model")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(400, 401, 403, 404, 409)
  async star(@CurrentActor() actor: Actor, @Param() { model }: ModelPath): Promise<void> {
    await this.models.addFavourite(actor, model);
  }

  @Can("models.favourite")
  @Delete("favourites/:model")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(400, 401, 403, 404)
  async unstar(@CurrentActor() actor: Actor, @Param() { model }: ModelPath): Promise<void> {
    await this.models.removeFavourite(actor, model);
  }

  private async view(rules: ModelRules): Promise<ModelSettingsView> {
    return toModelSettingsView(rules, await this.models.today(rules));
  }
}
