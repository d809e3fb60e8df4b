// Another e-mail for one's account.
import { Body, Controller, HttpCode, Ip, Post } from "@nestjs/common";
import { ApiOkResponse, ApiTags } from "@nestjs/swagger";
import { ApiProblem } from "#libs/dto/index";
import { API } from "#libs/http/index";
import { type Account } from "./actor.js";
import { CurrentAccount } from "./auth.decorators.js";
import { ChangeEmailDto } from "./auth.dto.js";
import { MeView } from "./auth.views.js";
import { EmailChanges } from "./email-changes.js";
import { Profiles } from "./profiles.js";

@ApiTags("auth")
@Controller(`${API}/auth/email`)
export class EmailChangesController {
  constructor(
    private readonly emails: EmailChanges,
    private readonly profiles: Profiles,
  ) {}

  /** Gives the account another e-mail; the old address is told, where this server sends mail. */
  @Post()
  @HttpCode(200)
  @ApiOkResponse({ type: MeView })
  @ApiProblem(400, 401, 403, 409, 429, 503)
  async change(
    @CurrentAccount() account: Account,
    @Body() body: ChangeEmailDto,
    @Ip() address: string,
  ): Promise<MeView> {
    await this.emails.execute(account, body, address);
    return this.profiles.me(account);
  }
}
