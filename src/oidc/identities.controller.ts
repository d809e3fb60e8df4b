// Linked identities over REST.
import { Controller, Delete, Get, HttpCode, Post, Query, Req, Res } from "@nestjs/common";
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from "@nestjs/swagger";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Config } from "#libs/config/index";
import { ApiProblem, decodeCursor, IdParam, type Page, PageQuery, pageOf, toPage } from "#libs/dto/index";
import { API } from "#libs/http/index";
import { type Account } from "#src/auth/actor";
import { CurrentAccount } from "#src/auth/auth.decorators";
import { IdentitiesService } from "./identities.service.js";
import { IdentityView, LinkAddressView, toIdentityView } from "./oidc.dto.js";
import { OidcFlow } from "./oidc-flow.js";

@ApiTags("auth")
@Controller(`${API}/auth/identities`)
export class IdentitiesController {
  constructor(
    private readonly identities: IdentitiesService,
    private readonly flow: OidcFlow,
    private readonly config: Config,
  ) {}

  /** The sign-in providers that are linked to one's account. */
  @Get()
  @ApiOkResponse({ type: pageOf(IdentityView) })
  @ApiProblem(400, 401, 403)
  async list(@CurrentAccount() account: Account, @Query() { limit, cursor }: PageQuery): Promise<Page<IdentityView>> {
    const before = cursor === undefined ? undefined : decodeCursor<[string]>(cursor, ["string"])[0];
    const rows = await this.identities.list(account.userId, limit, before);
    return toPage(
      rows,
      limit,
      (row) => [row.id],
      (row) => toIdentityView(row, this.config.oidc?.issuer),
    );
  }

  /**
   * Begins to link the provider to one's account: the browser is to go to the address, and comes back to the profile page.
   * A write, so that no other site can begin it for somebody.
   */
  @Post()
  @ApiCreatedResponse({ type: LinkAddressView })
  @ApiProblem(401, 403, 404, 429, 503)
  async link(
    @CurrentAccount() { userId }: Account,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LinkAddressView> {
    return { url: await this.flow.begin(request, reply, { next: "/settings/profile", linkTo: userId }) };
  }

  /** Unlinks a provider. Roles that its groups gave go with it. */
  @Delete(":id")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404, 409)
  async unlink(@CurrentAccount() account: Account, @IdParam("id") id: string): Promise<void> {
    await this.identities.unlink(account, id);
  }
}
