// The end of one's own account over REST.
import { Body, Controller, Get, HttpCode, Ip, Post, Res } from "@nestjs/common";
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from "@nestjs/swagger";
import type { FastifyReply } from "fastify";
import { ApiProblem } from "#libs/dto/index";
import { API } from "#libs/http/index";
import { type Account } from "#src/auth/actor";
import { CurrentAccount } from "#src/auth/auth.decorators";
import { BrowserSessions } from "#src/auth/browser-sessions";
import { DeleteAccountDto, OwnDeletionView, toAccountDeletionView } from "./account-deletion.dto.js";
import { AccountDeletion } from "./account-deletion.js";
import { AccountProof } from "./account-proof.js";
import { DeletionPlans } from "./deletion-plan.js";

@ApiTags("auth")
@Controller(`${API}/auth/me`)
export class AccountDeletionController {
  constructor(
    private readonly deletion: AccountDeletion,
    private readonly plans: DeletionPlans,
    private readonly proof: AccountProof,
    private readonly browsers: BrowserSessions,
  ) {}

  /** What deleting one's account would do to its workspaces, and what it takes. Nothing changes. */
  @Get("deletion")
  @ApiOkResponse({ type: OwnDeletionView })
  @ApiProblem(401, 404)
  async look(@CurrentAccount() { userId }: Account): Promise<OwnDeletionView> {
    const plan = toAccountDeletionView(await this.plans.make(userId));
    return { plan, proof: await this.proof.kindFor(userId) };
  }

  /**
   * Deletes one's account for good, with the workspaces in which nobody else is. An account with a second factor answers 401
   * `second_factor_required` to the right password alone.
   */
  @Post("delete")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(400, 401, 403, 404, 409, 429, 503)
  async delete(
    @CurrentAccount() account: Account,
    @Body() body: DeleteAccountDto,
    @Ip() address: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.proof.assert(account, body, address);
    await this.deletion.execute(account, account.userId);
    this.browsers.clear(reply);
  }
}
