// The operator's routes: accounts, workspaces and settings of the instance. To everybody else they do not exist.
import { Body, Controller, Delete, Get, HttpCode, Patch, Query } from "@nestjs/common";
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from "@nestjs/swagger";
import { Config } from "#libs/config/index";
import { ApiProblem, decodeCursor, IdParam, type Page, pageOf, toPage } from "#libs/dto/index";
import { ConflictError } from "#libs/errors/index";
import { API } from "#libs/http/index";
import { type Account } from "#src/auth/actor";
import { CurrentAccount, OperatorOnly } from "#src/auth/auth.decorators";
import { AccountDeletion } from "#src/workspaces/account-deletion";
import { AccountDeletionView, toAccountDeletionView } from "#src/workspaces/account-deletion.dto";
import { DeletionPlans } from "#src/workspaces/deletion-plan";
import { AccountControl } from "./account-control.js";
import {
  AccountView,
  InstanceWorkspaceView,
  SearchQuery,
  SettingsView,
  toAccountView,
  toInstanceWorkspaceView,
  UpdateAccountDto,
} from "./instance.dto.js";
import { InstanceDirectory, type Look } from "./instance-directory.js";
import { settingsOf } from "./settings.js";

@ApiTags("instance")
@OperatorOnly()
@Controller(`${API}/instance`)
export class InstanceAdminController {
  constructor(
    private readonly directory: InstanceDirectory,
    private readonly control: AccountControl,
    private readonly deletion: AccountDeletion,
    private readonly plans: DeletionPlans,
    private readonly config: Config,
  ) {}

  /** All accounts, newest first. */
  @Get("accounts")
  @ApiOkResponse({ type: pageOf(AccountView) })
  @ApiProblem(400, 401, 404)
  async accounts(@Query() query: SearchQuery): Promise<Page<AccountView>> {
    return toPage(await this.directory.accounts(lookOf(query)), query.limit, (row) => [row.id], toAccountView);
  }

  /** Disables or enables an account, or makes it an operator. */
  @Patch("accounts/:id")
  @ApiOkResponse({ type: AccountView })
  @ApiProblem(400, 401, 403, 404, 409)
  async updateAccount(
    @CurrentAccount() account: Account,
    @IdParam("id") id: string,
    @Body() body: UpdateAccountDto,
  ): Promise<AccountView> {
    return toAccountView(await this.control.change(account, id, body));
  }

  /** What the deletion of an account would do to its workspaces. Nothing changes. */
  @Get("accounts/:id/deletion")
  @ApiOkResponse({ type: AccountDeletionView })
  @ApiProblem(401, 404)
  async deletionOf(@IdParam("id") id: string): Promise<AccountDeletionView> {
    return toAccountDeletionView(await this.plans.make(id));
  }

  /** Deletes an account for good, with the workspaces in which nobody else is. One's own goes by `auth/me/delete`. */
  @Delete("accounts/:id")
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblem(401, 403, 404, 409)
  async deleteAccount(@CurrentAccount() account: Account, @IdParam("id") id: string): Promise<void> {
    // Not without the proof that it takes there.
    if (id === account.userId)
      throw new ConflictError("own_account", "Delete your own account on your profile page, which asks who you are.");
    await this.deletion.execute(account, id);
  }

  /** All workspaces, newest first: names and counts, no content. */
  @Get("workspaces")
  @ApiOkResponse({ type: pageOf(InstanceWorkspaceView) })
  @ApiProblem(400, 401, 404)
  async workspaces(@Query() query: SearchQuery): Promise<Page<InstanceWorkspaceView>> {
    const rows = await this.directory.workspaces(lookOf(query));
    return toPage(rows, query.limit, (row) => [row.id], toInstanceWorkspaceView);
  }

  /** The configuration of this process; secrets are only said to be set. */
  @Get("settings")
  @ApiOkResponse({ type: SettingsView })
  @ApiProblem(401, 404)
  settings(): SettingsView {
    return { settings: settingsOf(this.config) };
  }
}

/** One row more than the page has, to tell whether there is a next one. */
function lookOf({ q, limit, cursor }: SearchQuery): Look {
  const before = cursor === undefined ? undefined : decodeCursor<[string]>(cursor, ["string"])[0];
  return { q, limit: limit + 1, before };
}
