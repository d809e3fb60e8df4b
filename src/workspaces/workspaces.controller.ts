// Workspaces, members, invites over REST.

import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from "@nestjs/common";
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from "@nestjs/swagger";
import { ApiProblem, decodeCursor, IdParam, type Page, PageQuery, Public, pageOf, toPage } from "#libs/dto/index";
import { API, WORKSPACE } from "#libs/http/index";
import { AccessService } from "#src/auth/access.service";
import { type Account, type Actor } from "#src/auth/actor";
import { Can, CurrentAccount, CurrentActor, KeysAllowed } from "#src/auth/auth.decorators";
import { WorkspaceView } from "#src/auth/auth.views";
import { Profiles } from "#src/auth/profiles";
import { toWorkspaceView } from "#src/auth/to-view";
import { InvitesService } from "./invites.service.js";
import {
  CreatedInviteView,
  CreateInviteDto,
  CreateWorkspaceDto,
  InviteOfferView,
  InviteTokenDto,
  InviteView,
  MemberView,
  TransferWorkspaceDto,
  toInviteOfferView,
  toInviteView,
  toMemberView,
  UpdateMemberDto,
  UpdateWorkspaceDto,
} from "./workspaces.dto.js";
import { WorkspacesService } from "./workspaces.service.js";

@ApiTags("workspaces")
@Controller(`${API}/workspaces`)
export class WorkspacesController {
  constructor(
    private readonly workspaces: WorkspacesService,
    private readonly invites: InvitesService,
    private readonly profiles: Profiles,
    private readonly access: AccessService,
  ) {}

  /** The account's workspaces; to a platform key its own. */
  @KeysAllowed()
  @Get()
  @ApiOkResponse({ type: pageOf(WorkspaceView) })
  @ApiProblem(400, 401)
  async list(@CurrentAccount() account: Account, @Query() { limit, cursor }: PageQuery): Promise<Page<WorkspaceView>> {
    if (account.key) {
      const own = await this.workspaces.get(await this.access.actorIn(account, account.key.workspaceId));
      return { data: [toWorkspaceView(own)], nextCursor: null };
    }
    const rows = await this.profiles.workspaces(account.userId, { limit: limit + 1, after: idOf(cursor) });
    return toPage(rows, limit, (row) => [row.id], toWorkspaceView);
  }

  @Post()
  @ApiCreatedResponse({ type: WorkspaceView })
  @ApiProblem(400, 401, 403)
  async create(@CurrentAccount() account: Account, @Body() body: CreateWorkspaceDto): Promise<WorkspaceView> {
    return toWorkspaceView(await this.workspaces.create(account, body.name));
  }

  /** What an invite offers, for its holder, who may have no account yet. */
  @Public()
  @Post("invites/offer")
  @HttpCode(200)
  @ApiOkResponse({ type: InviteOfferView })
  @ApiProblem(400, 404)
  async offer(@Body() body: InviteTokenDto): Promise<InviteOfferView> {
    return toInviteOfferView(await this.invites.offer(body.token));
  }

  /** Joins the workspace of an invite. */
  @Post("invites/accept")
  @HttpCode(200)
  @ApiOkResponse({ type: WorkspaceView })
  @ApiProblem(400, 401, 403, 404)
  async accept(@CurrentAccount() account: Account, @Body() body: InviteTokenDto): Promise<WorkspaceView> {
    const workspaceId = await this.invites.accept(account, body.token);
    return toWorkspaceView(await this.workspaces.get(await this.access.actorIn(account, workspaceId)));
  }
}

@ApiTags("workspaces")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(WORKSPACE)
export class WorkspaceController {
  constructor(
    private readonly workspaces: WorkspacesService,
    private readonly invites: InvitesService,
  ) {}

  @Can("workspace.read")
  @Get()
  @ApiOkResponse({ type: WorkspaceView })
  @ApiProblem(401, 404)
  async get(@CurrentActor() actor: Actor): Promise<WorkspaceView> {
    return toWorkspaceView(await this.workspaces.get(actor));
  }

  @Can("workspace.update")
  @Patch()
  @ApiOkResponse({ type: WorkspaceView })
  @ApiProblem(400, 401, 403, 404)
  async update(@CurrentActor() actor: Actor, @Body() body: UpdateWorkspaceDto): Promise<WorkspaceView> {
    return toWorkspaceView(await this.workspaces.rename(actor, body.name));
  }

  /** Makes another member an owner; the caller becomes an admin. */
  @Can("workspace.transfer")
  @Post("transfer")
  @HttpCode(200)
  @ApiOkResponse({ type: MemberView })
  @ApiProblem(400, 401, 403, 404, 409)
  async transfer(@CurrentActor() actor: Actor, @Body() body: TransferWorkspaceDto): Promise<MemberView> {
    return toMemberView(await this.workspaces.transfer(actor, body.userId));
  }

  /** Deletes the workspace with everything in it. */
  @Can("workspace.delete")
  @Delete()
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404)
  async delete(@CurrentActor() actor: Actor): Promise<void> {
    await this.workspaces.delete(actor);
  }

  @Can("members.read")
  @Get("members")
  @ApiOkResponse({ type: pageOf(MemberView) })
  @ApiProblem(400, 401, 404)
  async members(@CurrentActor() actor: Actor, @Query() { limit, cursor }: PageQuery): Promise<Page<MemberView>> {
    const rows = await this.workspaces.members(actor, limit, idOf(cursor));
    return toPage(rows, limit, (row) => [row.userId], toMemberView);
  }

  /** Changes a member's role, at most up to one's own. */
  @Can("members.manage")
  @Patch("members/:userId")
  @ApiOkResponse({ type: MemberView })
  @ApiProblem(400, 401, 403, 404, 409)
  async changeRole(
    @CurrentActor() actor: Actor,
    @IdParam("userId") userId: string,
    @Body() body: UpdateMemberDto,
  ): Promise<MemberView> {
    return toMemberView(await this.workspaces.changeRole(actor, userId, body.role));
  }

  /** Removes a member; everybody may leave. */
  @Can("members.leave")
  @Delete("members/:userId")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404, 409)
  async remove(@CurrentActor() actor: Actor, @IdParam("userId") userId: string): Promise<void> {
    await this.workspaces.remove(actor, userId);
  }

  @Can("invites.manage")
  @Get("invites")
  @ApiOkResponse({ type: pageOf(InviteView) })
  @ApiProblem(400, 401, 403, 404)
  async listInvites(@CurrentActor() actor: Actor, @Query() { limit, cursor }: PageQuery): Promise<Page<InviteView>> {
    return toPage(await this.invites.list(actor, limit, idOf(cursor)), limit, (row) => [row.id], toInviteView);
  }

  @Can("invites.manage")
  @Post("invites")
  @ApiCreatedResponse({ type: CreatedInviteView })
  @ApiProblem(400, 401, 403, 404, 409)
  async invite(@CurrentActor() actor: Actor, @Body() body: CreateInviteDto): Promise<CreatedInviteView> {
    const { invite, token, mailed } = await this.invites.create(actor, body);
    return { ...toInviteView(invite), token, mailed };
  }

  @Can("invites.manage")
  @Delete("invites/:id")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404)
  async withdraw(@CurrentActor() actor: Actor, @IdParam("id") id: string): Promise<void> {
    await this.invites.withdraw(actor, id);
  }
}

/** The id in a cursor of these lists. */
function idOf(cursor: string | undefined): string | undefined {
  return cursor === undefined ? undefined : decodeCursor<[string]>(cursor, ["string"])[0];
}
