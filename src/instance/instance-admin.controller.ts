// The operator's routes: accounts, workspaces and settings of the instance. To everybody else they do not exist.
import { Body, Controller, Get, Patch, Query } from "@nestjs/common";
import { ApiOkResponse, ApiTags } from "@nestjs/swagger";
import { Config } from "#libs/config/index";
import { ApiProblem, decodeCursor, IdParam, type Page, pageOf, toPage } from "#libs/dto/index";
import { API } from "#libs/http/index";
import { type Account } from "#src/auth/actor";
import { CurrentAccount, OperatorOnly } from "#src/auth/auth.decorators";
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
