// Provider keys over REST.

import { Body, Controller, Delete, Get, HttpCode, Patch, Post } from "@nestjs/common";
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from "@nestjs/swagger";
import { ApiProblem, IdParam, type Page, pageOf, WORKSPACE } from "#libs/http/index";
import { type Actor } from "#src/auth/actor";
import { Can, CurrentActor } from "#src/auth/auth.decorators";
import { TestKey } from "./test-key.js";
import {
  CreateProviderKeyDto,
  KeyTestView,
  ProviderKeyView,
  RotateProviderKeyDto,
  toProviderKeyView,
  UpdateProviderKeyDto,
} from "./vault.dto.js";
import { VaultService } from "./vault.service.js";

@ApiTags("vault")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(`${WORKSPACE}/vault/keys`)
export class VaultController {
  constructor(
    private readonly vault: VaultService,
    private readonly test: TestKey,
  ) {}

  @Can("vault.read")
  @Get()
  @ApiOkResponse({ type: pageOf(ProviderKeyView) })
  @ApiProblem(401, 403, 404)
  async list(@CurrentActor() actor: Actor): Promise<Page<ProviderKeyView>> {
    return { data: (await this.vault.list(actor.workspaceId)).map(toProviderKeyView), nextCursor: null };
  }

  /** Seals a provider's key. The secret cannot be read again. */
  @Can("vault.manage")
  @Post()
  @ApiCreatedResponse({ type: ProviderKeyView })
  @ApiProblem(400, 401, 403, 404, 422)
  async create(@CurrentActor() actor: Actor, @Body() body: CreateProviderKeyDto): Promise<ProviderKeyView> {
    return toProviderKeyView(await this.vault.create(actor, body));
  }

  @Can("vault.manage")
  @Patch(":id")
  @ApiOkResponse({ type: ProviderKeyView })
  @ApiProblem(400, 401, 403, 404)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam("id") id: string,
    @Body() body: UpdateProviderKeyDto,
  ): Promise<ProviderKeyView> {
    return toProviderKeyView(await this.vault.relabel(actor.workspaceId, id, body.label));
  }

  @Can("vault.manage")
  @Delete(":id")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404)
  async delete(@CurrentActor() actor: Actor, @IdParam("id") id: string): Promise<void> {
    await this.vault.delete(actor.workspaceId, id);
  }

  /** Asks the provider whether the key works. */
  @Can("vault.manage")
  @Post(":id/test")
  @HttpCode(200)
  @ApiOkResponse({ type: KeyTestView })
  @ApiProblem(401, 403, 404, 410)
  async testKey(@CurrentActor() actor: Actor, @IdParam("id") id: string): Promise<KeyTestView> {
    return this.test.execute(actor.workspaceId, id);
  }

  /** Replaces the secret. */
  @Can("vault.manage")
  @Post(":id/rotate")
  @HttpCode(200)
  @ApiOkResponse({ type: ProviderKeyView })
  @ApiProblem(400, 401, 403, 404)
  async rotate(
    @CurrentActor() actor: Actor,
    @IdParam("id") id: string,
    @Body() body: RotateProviderKeyDto,
  ): Promise<ProviderKeyView> {
    return toProviderKeyView(await this.vault.rotate(actor.workspaceId, id, body.secret));
  }
}
