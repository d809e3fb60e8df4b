// Budgets over REST: a workspace's for its admins, the instance's for its operators.
import { Body, Controller, Get, Put } from "@nestjs/common";
import { ApiOkResponse, ApiParam, ApiTags } from "@nestjs/swagger";
import { ApiProblem } from "#libs/dto/index";
import { API, WORKSPACE } from "#libs/http/index";
import { type Account, type Actor } from "#src/auth/actor";
import { Can, CurrentAccount, CurrentActor, OperatorOnly } from "#src/auth/auth.decorators";
import { BudgetsView, PutBudgetsDto, PutInstanceBudgetsDto } from "./budgets.dto.js";
import { BudgetsService } from "./budgets.service.js";

@ApiTags("budgets")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(`${WORKSPACE}/budgets`)
export class BudgetsController {
  constructor(private readonly budgets: BudgetsService) {}

  /** The workspace's budgets and the own ones, with what is spent and held; to admins those of all members and keys. */
  @Can("budgets.read")
  @Get()
  @ApiOkResponse({ type: BudgetsView })
  @ApiProblem(401, 404)
  async list(@CurrentActor() actor: Actor): Promise<BudgetsView> {
    return this.budgets.list(actor);
  }

  /** Sets all budgets at once. They hold from the next call on; what was spent in the period counts. `unknownPriceUsd` stays as it is when it is absent. With `version` nothing is set that somebody else has changed meanwhile. */
  @Can("budgets.manage")
  @Put()
  @ApiOkResponse({ type: BudgetsView })
  @ApiProblem(400, 401, 403, 404, 409, 422)
  async put(@CurrentActor() actor: Actor, @Body() body: PutBudgetsDto): Promise<BudgetsView> {
    return this.budgets.put(actor, body);
  }
}

@ApiTags("instance")
@Controller(`${API}/instance/budgets`)
export class InstanceBudgetsController {
  constructor(private readonly budgets: BudgetsService) {}

  /** Budgets of the whole instance. */
  @OperatorOnly()
  @Get()
  @ApiOkResponse({ type: BudgetsView })
  @ApiProblem(401, 404)
  async list(): Promise<BudgetsView> {
    return this.budgets.listOfInstance();
  }

  /** Sets them all at once; `unknownPriceUsd` stays as it is when it is absent. With `version` nothing is set that somebody else has changed meanwhile. */
  @OperatorOnly()
  @Put()
  @ApiOkResponse({ type: BudgetsView })
  @ApiProblem(400, 401, 404, 409, 422)
  async put(@CurrentAccount() account: Account, @Body() body: PutInstanceBudgetsDto): Promise<BudgetsView> {
    return this.budgets.putOfInstance(account, body);
  }
}
