// Platform keys over REST. No platform key may call these routes.
import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from "@nestjs/common";
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from "@nestjs/swagger";
import { ApiProblem, decodeCursor, IdParam, type Page, PageQuery, pageOf, toPage } from "#libs/dto/index";
import { WORKSPACE } from "#libs/http/index";
import { type Actor } from "#src/auth/actor";
import { Can, CurrentActor } from "#src/auth/auth.decorators";
import { ApiKeyView, CreateApiKeyDto, CreatedApiKeyView, toApiKeyView, UpdateApiKeyDto } from "./api-keys.dto.js";
import { ApiKeysService } from "./api-keys.service.js";

@ApiTags("platform keys")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(`${WORKSPACE}/api-keys`)
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  /** One's own keys, newest first; to an admin those of all members. Revoked keys are not listed, expired ones are. */
  @Can("api-keys.own")
  @Get()
  @ApiOkResponse({ type: pageOf(ApiKeyView) })
  @ApiProblem(400, 401, 403, 404)
  async list(@CurrentActor() actor: Actor, @Query() { limit, cursor }: PageQuery): Promise<Page<ApiKeyView>> {
    const before = cursor === undefined ? undefined : decodeCursor<[string]>(cursor, ["string"])[0];
    const rows = await this.keys.list(actor, limit, before);
    return toPage(
      rows,
      limit,
      ({ key }) => [key.id],
      ({ key, userName }) => toApiKeyView(key, userName),
    );
  }

  /** Makes a key. Its token cannot be read again. */
  @Can("api-keys.own")
  @Post()
  @ApiCreatedResponse({ type: CreatedApiKeyView })
  @ApiProblem(400, 401, 403, 404, 409, 422)
  async create(@CurrentActor() actor: Actor, @Body() body: CreateApiKeyDto): Promise<CreatedApiKeyView> {
    const { row, token } = await this.keys.create(actor, body);
    return { ...toApiKeyView(row, actor.name), token };
  }

  /** Changes one's own key. What is open with it is closed, and comes back with the rights that are left. */
  @Can("api-keys.own")
  @Patch(":id")
  @ApiOkResponse({ type: ApiKeyView })
  @ApiProblem(400, 401, 403, 404, 422)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam("id") id: string,
    @Body() body: UpdateApiKeyDto,
  ): Promise<ApiKeyView> {
    return toApiKeyView(await this.keys.update(actor, id, body), actor.name);
  }

  /** Revokes a key for good; what is open with it is closed within a second. Admins may revoke every key. */
  @Can("api-keys.own")
  @Delete(":id")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404)
  async revoke(@CurrentActor() actor: Actor, @IdParam("id") id: string): Promise<void> {
    await this.keys.revoke(actor, id);
  }
}
