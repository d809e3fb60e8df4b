// Rotation over REST: a workspace's own key for its admins, the master key for operators.
import { Controller, Get, HttpCode, Post } from "@nestjs/common";
import { ApiAcceptedResponse, ApiOkResponse, ApiParam, ApiTags } from "@nestjs/swagger";
import { ApiProblem } from "#libs/dto/index";
import { API, WORKSPACE } from "#libs/http/index";
import { Queues } from "#libs/queues/index";
import { type Account, type Actor } from "#src/auth/actor";
import { Can, CurrentAccount, CurrentActor, OperatorOnly } from "#src/auth/auth.decorators";
import { MasterKeyHolders } from "./master-key-holders.js";
import { RotateMasterKey } from "./rotate-master-key.js";
import { RotateWorkspaceKey } from "./rotate-workspace-key.js";
import { MasterKeysView, WorkspaceKeyRotationView } from "./rotation.views.js";

@Controller()
export class RotationController {
  constructor(
    private readonly workspaceKey: RotateWorkspaceKey,
    private readonly masterKey: RotateMasterKey,
    private readonly holders: MasterKeyHolders,
    private readonly queues: Queues,
  ) {}

  /** Gives the workspace a new key and seals its secrets again; they can be used all the while. */
  @ApiTags("vault")
  @ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
  @Can("vault.manage")
  @Post(`${WORKSPACE}/vault/rotate`)
  @HttpCode(200)
  @ApiOkResponse({ type: WorkspaceKeyRotationView })
  @ApiProblem(401, 403, 404, 410)
  async rotate(@CurrentActor() actor: Actor): Promise<WorkspaceKeyRotationView> {
    return this.workspaceKey.execute(actor.workspaceId, actor);
  }

  /** Which key-encryption key wraps what, and how much is left of a rotation. */
  @ApiTags("operations")
  @OperatorOnly()
  @Get(`${API}/instance/vault`)
  @ApiOkResponse({ type: MasterKeysView })
  @ApiProblem(401, 404)
  async status(): Promise<MasterKeysView> {
    return this.masterKey.status();
  }

  /**
   * Brings everything under the first key of VAULT_KEYS, in a worker; `GET` says how far it is. 409 with the names of running
   * processes that lack this key: they could open nothing afterwards.
   */
  @ApiTags("operations")
  @OperatorOnly()
  @Post(`${API}/instance/vault/rotate`)
  @HttpCode(202)
  @ApiAcceptedResponse({ type: MasterKeysView })
  @ApiProblem(401, 403, 404, 409, 503)
  async rotateMasterKey(@CurrentAccount() { userId }: Account): Promise<MasterKeysView> {
    await this.holders.assertAllHave("any");
    await this.queues.add("vault.rotate-master-key", { userId });
    return this.masterKey.status();
  }
}
