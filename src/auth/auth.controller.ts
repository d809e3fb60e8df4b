// Register, sign in and out, who am I, sessions, password.

import { Body, Controller, Delete, Get, Headers, HttpCode, Ip, Post, Res } from "@nestjs/common";
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from "@nestjs/swagger";
import type { FastifyReply } from "fastify";
import { Config } from "#libs/config/index";
import { NotFoundError } from "#libs/errors/index";
import { API, ApiProblem, IdParam, Public, SESSION_COOKIES } from "#libs/http/index";
import { AccountsService } from "./accounts.service.js";
import { type Account } from "./actor.js";
import { CurrentAccount } from "./auth.decorators.js";
import { ChangePasswordDto, LoginDto, RegisterDto } from "./auth.dto.js";
import { MeView, SessionsView, toMeView, toSessionView } from "./auth.views.js";
import { Profiles } from "./profiles.js";
import { SESSION_MS, SessionsService } from "./sessions.service.js";
import { type User } from "./user.entity.js";

@ApiTags("auth")
@Controller(`${API}/auth`)
export class AuthController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly profiles: Profiles,
    private readonly config: Config,
  ) {}

  /** Makes an account and signs it in. The first account may always register, and owns the instance. */
  @Public()
  @Post("register")
  @ApiCreatedResponse({ type: MeView })
  @ApiProblem(400, 403, 409)
  async register(
    @Body() body: RegisterDto,
    @Headers("user-agent") agent: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MeView> {
    return this.signIn(await this.accounts.register(body), agent, reply);
  }

  @Public()
  @Post("login")
  @HttpCode(200)
  @ApiOkResponse({ type: MeView })
  @ApiProblem(400, 401, 403, 429)
  async login(
    @Body() body: LoginDto,
    @Ip() address: string,
    @Headers("user-agent") agent: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MeView> {
    return this.signIn(await this.accounts.login(body.email, body.password, address), agent, reply);
  }

  @Post("logout")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403)
  async logout(@CurrentAccount() account: Account, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.sessions.revoke(account.userId, { only: account.sessionId });
    reply.header("set-cookie", this.cookie("", 0));
  }

  @Get("me")
  @ApiOkResponse({ type: MeView })
  @ApiProblem(401)
  async me(@CurrentAccount() account: Account): Promise<MeView> {
    return this.profiles.me(account.userId);
  }

  @Get("sessions")
  @ApiOkResponse({ type: SessionsView })
  @ApiProblem(401)
  async list(@CurrentAccount() account: Account): Promise<SessionsView> {
    const rows = await this.sessions.list(account.userId);
    return { data: rows.map((row) => toSessionView(row, account.sessionId)), nextCursor: null };
  }

  @Delete("sessions/:id")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404)
  async revoke(@CurrentAccount() account: Account, @IdParam("id") id: string): Promise<void> {
    if ((await this.sessions.revoke(account.userId, { only: id })) === 0) throw new NotFoundError("This session");
  }

  /** Changes the password; all other sessions end. */
  @Post("password")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(400, 401, 403)
  async password(@CurrentAccount() account: Account, @Body() body: ChangePasswordDto): Promise<void> {
    await this.accounts.changePassword(account, body.currentPassword, body.newPassword);
  }

  private async signIn(user: User, agent: string | undefined, reply: FastifyReply): Promise<MeView> {
    // A new token at each sign-in: one that was planted before is worth nothing (session fixation).
    const token = await this.sessions.open(user.id, agent);
    reply.header("set-cookie", this.cookie(token, SESSION_MS / 1_000));
    return toMeView(user, await this.profiles.workspaces(user.id));
  }

  private cookie(token: string, maxAgeS: number): string {
    const https = this.config.publicUrl?.startsWith("https:") ?? false;
    const name = SESSION_COOKIES[https ? 1 : 0];
    return `${name}=${token}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${https ? "; Secure" : ""}`;
  }
}
