// Passkeys over REST: one's own, with a browser's session; and signing in with one.
import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Req, Res } from "@nestjs/common";
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from "@nestjs/swagger";
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Config } from "#libs/config/index";
import { ApiProblem, decodeCursor, IdParam, type Page, PageQuery, Public, pageOf, toPage } from "#libs/dto/index";
import { API } from "#libs/http/index";
import { type Account } from "#src/auth/actor";
import { CurrentAccount } from "#src/auth/auth.decorators";
import { MeView } from "#src/auth/auth.views";
import { BrowserSessions } from "#src/auth/browser-sessions";
import { Profiles } from "#src/auth/profiles";
import { toMeView } from "#src/auth/to-view";
import { PasskeySignIn } from "./passkey-sign-in.js";
import {
  AddPasskeyDto,
  PasskeyLoginDto,
  PasskeyOptionsDto,
  PasskeyView,
  RenamePasskeyDto,
  toPasskeyView,
  WebAuthnOptionsView,
} from "./passkeys.dto.js";
import { Passkeys } from "./passkeys.js";
import { siteOf } from "./site.js";

@ApiTags("auth")
@Controller(`${API}/auth/passkeys`)
export class PasskeysController {
  constructor(
    private readonly passkeys: Passkeys,
    private readonly signIn: PasskeySignIn,
    private readonly browsers: BrowserSessions,
    private readonly profiles: Profiles,
    private readonly config: Config,
  ) {}

  /** One's passkeys, newest first. */
  @Get()
  @ApiOkResponse({ type: pageOf(PasskeyView) })
  @ApiProblem(400, 401)
  async list(@CurrentAccount() { userId }: Account, @Query() { limit, cursor }: PageQuery): Promise<Page<PasskeyView>> {
    const before = cursor === undefined ? undefined : decodeCursor<[string]>(cursor, ["string"])[0];
    return toPage(await this.passkeys.page(userId, limit, before), limit, (row) => [row.id], toPasskeyView);
  }

  /** What the browser needs to make a passkey. */
  @Post("options")
  @HttpCode(200)
  @ApiOkResponse({ type: WebAuthnOptionsView })
  @ApiProblem(400, 401, 403, 409, 429, 503)
  async options(
    @CurrentAccount() account: Account,
    @Body() { password }: PasskeyOptionsDto,
    @Req() request: FastifyRequest,
  ): Promise<WebAuthnOptionsView> {
    const proof = { password, address: request.ip };
    return { options: await this.passkeys.options(account, siteOf(request, this.config), proof) };
  }

  /** Adds the passkey that the browser has made. */
  @Post()
  @ApiCreatedResponse({ type: PasskeyView })
  @ApiProblem(400, 401, 403, 409, 503)
  async add(
    @CurrentAccount() account: Account,
    @Body() { name, response }: AddPasskeyDto,
    @Req() request: FastifyRequest,
  ): Promise<PasskeyView> {
    const answer = response as unknown as RegistrationResponseJSON;
    return toPasskeyView(await this.passkeys.add(account, siteOf(request, this.config), name, answer));
  }

  @Patch(":id")
  @ApiOkResponse({ type: PasskeyView })
  @ApiProblem(400, 401, 403, 404)
  async rename(
    @CurrentAccount() { userId }: Account,
    @IdParam("id") id: string,
    @Body() { name }: RenamePasskeyDto,
  ): Promise<PasskeyView> {
    return toPasskeyView(await this.passkeys.rename(userId, id, name));
  }

  @Delete(":id")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404)
  async remove(@CurrentAccount() account: Account, @IdParam("id") id: string): Promise<void> {
    await this.passkeys.remove(account, id);
  }

  /** What the browser needs to sign in with a passkey; the same for everybody. */
  @Public()
  @Post("login/options")
  @HttpCode(200)
  @ApiOkResponse({ type: WebAuthnOptionsView })
  @ApiProblem(403, 409, 429, 503)
  async loginOptions(@Req() request: FastifyRequest): Promise<WebAuthnOptionsView> {
    return { options: await this.signIn.options(siteOf(request, this.config)) };
  }

  /** Signs in with a passkey. It is both factors at once: no code is asked for. */
  @Public()
  @Post("login")
  @HttpCode(200)
  @ApiOkResponse({ type: MeView })
  @ApiProblem(400, 401, 403, 409, 429, 503)
  async login(
    @Body() { response }: PasskeyLoginDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MeView> {
    const answer = response as unknown as AuthenticationResponseJSON;
    const user = await this.signIn.execute(siteOf(request, this.config), answer);
    await this.browsers.open(user.id, request, reply, { facts: { by: "passkey" } });
    return toMeView(user, await this.profiles.workspaces(user.id));
  }
}
