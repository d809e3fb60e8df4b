// Forgotten passwords over REST.
import { Body, Controller, HttpCode, Ip, Post } from "@nestjs/common";
import { ApiCreatedResponse, ApiNoContentResponse, ApiTags } from "@nestjs/swagger";
import { ApiProblem, IdParam, Public } from "#libs/dto/index";
import { API } from "#libs/http/index";
import { type Account } from "./actor.js";
import { CurrentAccount, OperatorOnly } from "./auth.decorators.js";
import { RedeemResetDto, RequestResetDto, ResetLinkView } from "./auth.dto.js";
import { LoginThrottle } from "./login-throttle.js";
import { PasswordResets, resetPath } from "./password-resets.js";

@Controller(API)
export class PasswordResetsController {
  constructor(
    private readonly resets: PasswordResets,
    private readonly throttle: LoginThrottle,
  ) {}

  /** Mails a link to this address, if an account has it. The answer is the same for every address. */
  @ApiTags("auth")
  @Public()
  @Post("auth/password-reset")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(400, 403, 409, 429, 503)
  async request(@Body() { email }: RequestResetDto, @Ip() address: string): Promise<void> {
    // Counted for addresses that nobody has, too, and never given back: each mail counts.
    await this.throttle.take(`reset of ${email.toLowerCase()}`, address);
    this.resets.request(email);
  }

  /** Sets a new password by a link. All sign-ins of the account end. */
  @ApiTags("auth")
  @Public()
  @Post("auth/password-reset/redeem")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(400, 403, 404, 503)
  async redeem(@Body() { token, newPassword }: RedeemResetDto): Promise<void> {
    await this.resets.redeem(token, newPassword);
  }

  /** A link for somebody who cannot sign in, to be handed over by a safe way. It is shown this once. */
  @ApiTags("instance")
  @OperatorOnly()
  @Post("instance/accounts/:id/reset")
  @ApiCreatedResponse({ type: ResetLinkView })
  @ApiProblem(401, 403, 404)
  async issue(@CurrentAccount() account: Account, @IdParam("id") id: string): Promise<ResetLinkView> {
    const { token, expiresAt } = await this.resets.issue(account, id);
    return { path: resetPath(token), expiresAt: new Date(expiresAt).toISOString() };
  }
}
