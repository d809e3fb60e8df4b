// What every member may know of the vault, over REST: whether the workspace answers by keys of its own.
import { Controller, Get } from "@nestjs/common";
import { ApiOkResponse, ApiParam, ApiTags } from "@nestjs/swagger";
import { ApiProblem } from "#libs/dto/index";
import { WORKSPACE } from "#libs/http/index";
import { type Actor } from "#src/auth/actor";
import { Can, CurrentActor } from "#src/auth/auth.decorators";
import { ProviderKeysRepository } from "./provider-keys.repository.js";
import { VaultStateView } from "./vault.dto.js";

@ApiTags("vault")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(`${WORKSPACE}/vault`)
export class VaultStateController {
  constructor(private readonly keys: ProviderKeysRepository) {}

  /** Whether calls use a provider key of the workspace. Which keys there are, only admins see. */
  @Can("models.read")
  @Get()
  @ApiOkResponse({ type: VaultStateView })
  @ApiProblem(401, 403, 404)
  async state(@CurrentActor() actor: Actor): Promise<VaultStateView> {
    return { ownKey: (await this.keys.enabled(actor.workspaceId)).length > 0 };
  }
}
