// Register, sign in and out, who am I, sessions, password.

import { Body, Controller, Delete, Get, HttpCode, Ip, Patch, Post, Query, Req, Res } from "@nestjs/common";
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from "@nestjs/swagger";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ApiProblem, decodeCursor, IdParam, type Page, PageQuery, Public, pageOf, toPage } from "#libs/dto/index";
import { NotFoundError } from "#libs/errors/index";
import { API } from "#libs/http/index";
import { AccountsService } from "./accounts.service.js";
import { type Account } from "./actor.js";
import { AuditTrail } from "./audit-trail.js";
import { CurrentAccount, KeysAllowed } from "./auth.decorators.js";
import { ChangePasswordDto, LoginDto, RegisterDto, UpdateMeDto } from "./auth.dto.js";
import { MeView, SessionView } from "./auth.views.js";
import { BrowserSessions } from "./browser-sessions.js";
import { Profiles } from "./profiles.js";
import { SecondFactor } from "./second-factor.js";
import { SessionsService } from "./sessions.service.js";
import { toMeView, toSessionView } from "./to-view.js";
import { type User } from "./user.entity.js";

@ApiTags("auth")
@Controller(`${API}/auth`)
export class AuthController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly browsers: BrowserSessions,
    private readonly profiles: Profiles,
    private readonly secondFactor: SecondFactor,
    private readonly audit: AuditTrail,
  ) {}

  /** Makes an account and signs it in. The first account may always register, and owns the instance. */
  @Public()
  @Post("register")
  @ApiCreatedResponse({ type: MeView })
  @ApiProblem(400, 403, 409, 429, 503)
  async register(
    @Body() body: RegisterDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MeView> {
    return this.signIn(await this.accounts.register(body, request.ip), request, reply);
  }

  /**
   * Signs in; a session that the browser had before ends. An account with a second factor answers 401
   * `second_factor_required` to the right password alone: then the same again, with the code.
   */
  @Public()
  @Post("login")
  @HttpCode(200)
  @ApiOkResponse({ type: MeView })
  @ApiProblem(400, 401, 403, 429, 503)
  async login(
    @Body() body: LoginDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MeView> {
    const user = await this.accounts.login(body.email, body.password, request.ip);
    const secondFactor = await this.secondFactor.check(user.id, body.code);
    return this.signIn(user, request, reply, secondFactor === null ? {} : { secondFactor });
  }

  @Post("logout")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403)
  async logout(@CurrentAccount() account: Account, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.browsers.close(account, reply);
  }

  @KeysAllowed()
  @Get("me")
  @ApiOkResponse({ type: MeView })
  @ApiProblem(401)
  async me(@CurrentAccount() account: Account): Promise<MeView> {
    return this.profiles.me(account);
  }

  /** Gives the account another name. */
  @Patch("me")
  @ApiOkResponse({ type: MeView })
  @ApiProblem(400, 401, 403)
  async update(@CurrentAccount() account: Account, @Body() body: UpdateMeDto): Promise<MeView> {
    return this.profiles.rename(account, body.name);
  }

  @Get("sessions")
  @ApiOkResponse({ type: pageOf(SessionView) })
  @ApiProblem(400, 401)
  async list(@CurrentAccount() account: Account, @Query() { limit, cursor }: PageQuery): Promise<Page<SessionView>> {
    const before = cursor === undefined ? undefined : decodeCursor<[string]>(cursor, ["string"])[0];
    const rows = await this.sessions.page(account.userId, limit, before);
    return toPage(
      rows,
      limit,
      (row) => [row.id],
      (row) => toSessionView(row, account.sessionId),
    );
  }

  @Delete("sessions/:id")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404)
  async revoke(@CurrentAccount() account: Account, @IdParam("id") id: string): Promise<void> {
    if ((await this.sessions.revoke(account.userId, { only: id })) === 0) throw new NotFoundError("This session");
    const target = { type: "session", id };
    await this.audit.record({ action: "session.revoked", workspaceId: null, actor: account, target });
  }

  /** Signs out everywhere else: all sessions of the account end but the one that asks. */
  @Delete("sessions")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403)
  async revokeOthers(@CurrentAccount() account: Account): Promise<void> {
    const sessions = await this.sessions.revoke(account.userId, { except: account.sessionId });
    await this.audit.record({ action: "session.revoked", workspaceId: null, actor: account, facts: { sessions } });
  }

  /** Changes the password; all other sessions end. */
  @Post("password")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(400, 401, 403, 429, 503)
  async password(
    @CurrentAccount() account: Account,
    @Body() body: ChangePasswordDto,
    @Ip() address: string,
  ): Promise<void> {
    await this.accounts.changePassword(account, body.currentPassword, body.newPassword, address);
  }

  private async signIn(
    user: User,
    request: FastifyRequest,
    reply: FastifyReply,
    facts: Record<string, string> = {},
  ): Promise<MeView> {
    await this.browsers.open(user.id, request, reply, { facts });
    return toMeView(user, await this.profiles.workspaces(user.id));
  }
}
