// The second factor over REST: one's own, with a browser's session.
import { Body, Controller, Get, HttpCode, Ip, Post } from "@nestjs/common";
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from "@nestjs/swagger";
import { ApiProblem } from "#libs/dto/index";
import { API } from "#libs/http/index";
import { type Account } from "#src/auth/actor";
import { CurrentAccount } from "#src/auth/auth.decorators";
import { Profiles } from "#src/auth/profiles";
import {
  BeginSecondFactorDto,
  ConfirmSecondFactorDto,
  ProveSecondFactorDto,
  RecoveryCodesView,
  SecondFactorSecretView,
  SecondFactorView,
  toSecondFactorView,
} from "./second-factor.dto.js";
import { SecondFactors } from "./second-factors.js";
import { totpUri } from "./totp.js";

@ApiTags("auth")
@Controller(`${API}/auth/second-factor`)
export class SecondFactorController {
  constructor(
    private readonly factors: SecondFactors,
    private readonly profiles: Profiles,
  ) {}

  /** Whether one's account has a second factor. */
  @Get()
  @ApiOkResponse({ type: SecondFactorView })
  @ApiProblem(401)
  async state(@CurrentAccount() { userId }: Account): Promise<SecondFactorView> {
    return toSecondFactorView(await this.factors.state(userId));
  }

  /** Makes a secret for an authenticator app (TOTP, RFC 6238). Nothing changes until it is confirmed. */
  @Post()
  @ApiCreatedResponse({ type: SecondFactorSecretView })
  @ApiProblem(400, 401, 403, 409, 429, 503)
  async begin(
    @CurrentAccount() account: Account,
    @Body() { password }: BeginSecondFactorDto,
    @Ip() address: string,
  ): Promise<SecondFactorSecretView> {
    const secret = await this.factors.begin(account, password, address);
    const { user } = await this.profiles.me(account);
    return { secret, uri: totpUri(secret, { issuer: "Parley", label: user.email }) };
  }

  /** Confirms with a code of the app. From now on signing in with the password asks for one. */
  @Post("confirm")
  @HttpCode(200)
  @ApiOkResponse({ type: RecoveryCodesView })
  @ApiProblem(400, 401, 403, 409, 429)
  async confirm(
    @CurrentAccount() account: Account,
    @Body() { code }: ConfirmSecondFactorDto,
  ): Promise<RecoveryCodesView> {
    return { codes: await this.factors.confirm(account, code) };
  }

  /** Makes new recovery codes; the old ones end. */
  @Post("recovery-codes")
  @HttpCode(200)
  @ApiOkResponse({ type: RecoveryCodesView })
  @ApiProblem(400, 401, 403, 409, 429, 503)
  async renew(
    @CurrentAccount() account: Account,
    @Body() body: ProveSecondFactorDto,
    @Ip() address: string,
  ): Promise<RecoveryCodesView> {
    return { codes: await this.factors.renewCodes(account, body, address) };
  }

  /** Takes the second factor away. */
  @Post("disable")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(400, 401, 403, 409, 429, 503)
  async disable(
    @CurrentAccount() account: Account,
    @Body() body: ProveSecondFactorDto,
    @Ip() address: string,
  ): Promise<void> {
    await this.factors.remove(account, body, address);
  }
}
