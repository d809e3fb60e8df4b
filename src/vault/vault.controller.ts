// Provider keys over REST.

import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from "@nestjs/common";
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from "@nestjs/swagger";
import { ApiProblem, decodeCursor, IdParam, type Page, PageQuery, pageOf, toPage } from "#libs/dto/index";
import { WORKSPACE } from "#libs/http/index";
import { type Actor } from "#src/auth/actor";
import { Can, CurrentActor } from "#src/auth/auth.decorators";
import { KeySpending } from "./key-spending.js";
import { type ProviderKey } from "./provider-key.entity.js";
import { ProviderKeysService } from "./provider-keys.service.js";
import { TestKey } from "./test-key.js";
import {
  CreateProviderKeyDto,
  KeyTestView,
  ProviderKeyView,
  RotateProviderKeyDto,
  toProviderKeyView,
  UpdateProviderKeyDto,
} from "./vault.dto.js";

@ApiTags("vault")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(`${WORKSPACE}/vault/keys`)
export class VaultController {
  constructor(
    private readonly keys: ProviderKeysService,
    private readonly test: TestKey,
    private readonly spending: KeySpending,
  ) {}

  /** The keys in order of use. */
  @Can("vault.read")
  @Get()
  @ApiOkResponse({ type: pageOf(ProviderKeyView) })
  @ApiProblem(400, 401, 403, 404)
  async list(@CurrentActor() actor: Actor, @Query() { limit, cursor }: PageQuery): Promise<Page<ProviderKeyView>> {
    const after = cursor === undefined ? undefined : decodeCursor<[number, string]>(cursor, ["number", "string"]);
    const rows = await this.keys.list(actor.workspaceId, limit, after);
    const ids = rows.map(({ id }) => id);
    const spends = await this.spending.of(actor.workspaceId, ids);
    return toPage(
      rows,
      limit,
      (row) => [row.priority, row.id],
      (row) => toProviderKeyView(row, spends.get(row.id)),
    );
  }

  /** Seals a provider's key. The secret cannot be read again. */
  @Can("vault.manage")
  @Post()
  @ApiCreatedResponse({ type: ProviderKeyView })
  @ApiProblem(400, 401, 403, 404, 410, 422)
  async create(@CurrentActor() actor: Actor, @Body() body: CreateProviderKeyDto): Promise<ProviderKeyView> {
    return toProviderKeyView(await this.keys.create(actor, body));
  }

  /** Changes name, order or use of a key. Its base URL stays: the secret is bound to it. */
  @Can("vault.manage")
  @Patch(":id")
  @ApiOkResponse({ type: ProviderKeyView })
  @ApiProblem(400, 401, 403, 404, 409)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam("id") id: string,
    @Body() body: UpdateProviderKeyDto,
  ): Promise<ProviderKeyView> {
    return this.view(await this.keys.update(actor, id, body));
  }

  @Can("vault.manage")
  @Delete(":id")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404)
  async delete(@CurrentActor() actor: Actor, @IdParam("id") id: string): Promise<void> {
    await this.keys.delete(actor, id);
  }

  /**
   * Asks the provider whether the key works: OpenRouter about the key itself, a compatible endpoint for its models, and
   * once more with a wrong key, since many endpoints give their models to everybody.
   */
  @Can("vault.manage")
  @Post(":id/test")
  @HttpCode(200)
  @ApiOkResponse({ type: KeyTestView })
  @ApiProblem(401, 403, 404, 410)
  async testKey(@CurrentActor() actor: Actor, @IdParam("id") id: string): Promise<KeyTestView> {
    return this.test.execute(actor, id);
  }

  /** Replaces the secret. */
  @Can("vault.manage")
  @Post(":id/rotate")
  @HttpCode(200)
  @ApiOkResponse({ type: ProviderKeyView })
  @ApiProblem(400, 401, 403, 404, 409, 410)
  async rotate(
    @CurrentActor() actor: Actor,
    @IdParam("id") id: string,
    @Body() body: RotateProviderKeyDto,
  ): Promise<ProviderKeyView> {
    return this.view(await this.keys.rotate(actor, id, body.secret));
  }

  private async view(row: ProviderKey): Promise<ProviderKeyView> {
    const spends = await this.spending.of(row.workspaceId, [row.id]);
    return toProviderKeyView(row, spends.get(row.id));
  }
}
