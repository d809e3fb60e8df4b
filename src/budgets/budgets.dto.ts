// What clients send about budgets, and how one looks.
import { BoolField, DateTimeField, EnumField, ListField, MoneyField, TextField, UuidField } from "#libs/dto/index";
import { BUDGET_PERIODS, type BudgetPeriod } from "#src/auth/actor";
import { BUDGET_SCOPES, type BudgetScope } from "./budgets.repository.js";

/** Budgets of one workspace. */
export const MAX_BUDGETS = 500;

const PERIOD = { description: "Days and months are UTC; `total` is for ever." };
const SOFT = { nullable: true, description: "From here on its people are told; nothing is refused. Null: nobody is." };
const HARD = { nullable: true, description: "No call begins that could go beyond. Null: no such limit." };

const UNKNOWN_PRICE = {
  nullable: true,
  description:
    "What a call at a price that nobody knows holds in the budgets until its cost is known. Null: where a hard budget holds it is refused.",
};

const VERSION = {
  description:
    "The `version` of the budgets as they were read: when they are others by now, nothing is set and the answer is 409 `changed_meanwhile`. Absent: they are set whatever they were.",
};

class AmountsDto {
  @EnumField(BUDGET_PERIODS, PERIOD) period!: BudgetPeriod;
  @MoneyField({ optional: true, ...SOFT }) softUsd?: string | null;
  @MoneyField({ optional: true, ...HARD }) hardUsd?: string | null;
}

export class BudgetDto extends AmountsDto {
  @EnumField(["workspace", "member", "key"], { description: "Whose calls count." })
  scope!: "workspace" | "member" | "key";

  @UuidField({ optional: true, nullable: true, description: "The member's account, or the platform key." })
  subjectId?: string | null;
}

export class PutBudgetsDto {
  @ListField(() => BudgetDto, { max: MAX_BUDGETS, description: "All of them: what is left out is taken away." })
  budgets!: BudgetDto[];
  @MoneyField({ optional: true, ...UNKNOWN_PRICE }) unknownPriceUsd?: string | null;
  @TextField({ optional: true, max: 64, ...VERSION }) version?: string;
}

export class InstanceBudgetDto extends AmountsDto {}

export class PutInstanceBudgetsDto {
  @ListField(() => InstanceBudgetDto, { max: 3, description: "All of them: what is left out is taken away." })
  budgets!: InstanceBudgetDto[];
  @MoneyField({ optional: true, ...UNKNOWN_PRICE }) unknownPriceUsd?: string | null;
  @TextField({ optional: true, max: 64, ...VERSION }) version?: string;
}

export class BudgetView {
  @EnumField(BUDGET_SCOPES) scope!: BudgetScope;
  @UuidField({ nullable: true, description: "The member's account, or the platform key." }) subjectId!: string | null;
  @TextField({ nullable: true, description: "Of the member or key." }) name!: string | null;
  @EnumField(BUDGET_PERIODS, PERIOD) period!: BudgetPeriod;
  @MoneyField(SOFT) softUsd!: string | null;
  @MoneyField(HARD) hardUsd!: string | null;
  @MoneyField({ description: "In this period, of calls that began in it." }) spentUsd!: string;
  @MoneyField({ description: "Held for calls whose cost is not known yet." }) reservedUsd!: string;
  @MoneyField({ nullable: true, signed: true, description: "Of `hardUsd`, neither spent nor held." })
  leftUsd!: string | null;
  @DateTimeField({ nullable: true }) periodStart!: string | null;
  @DateTimeField({ nullable: true, description: "When it begins anew; null: never." }) periodEnd!: string | null;
  @MoneyField({ nullable: true, description: "At the period's end, if it goes on as until now." })
  forecastUsd!: string | null;
  @BoolField({ description: "The limit that a platform key was made with: changed with the key." }) ofKey!: boolean;
}

export class BudgetsView {
  @ListField(() => BudgetView) data!: BudgetView[];
  @MoneyField(UNKNOWN_PRICE) unknownPriceUsd!: string | null;
  @TextField({
    description: "Of the budgets that are set here and of `unknownPriceUsd`: another one when they change.",
  })
  version!: string;
}
