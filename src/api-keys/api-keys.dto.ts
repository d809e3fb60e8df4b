// What clients send about platform keys, and how a key looks: its token only once.
import {
  DateTimeField,
  EnumField,
  IntField,
  ListField,
  MoneyField,
  oneOf,
  TextField,
  text,
  UuidField,
} from "#libs/dto/index";
import { BUDGET_PERIODS, type BudgetPeriod } from "#src/auth/actor";
import { type ApiKey } from "#src/auth/api-key.entity";
import { SCOPE_NAMES, SCOPES, type Scope } from "#src/auth/scopes";

const NAME = { trim: true, min: 1, max: 100, description: "For people: what the key is used for." };
const SCOPE_LIST = {
  min: 1,
  unique: true,
  description: `What the key may do, at most what its member may: ${Object.entries(SCOPES)
    .map(([scope, meaning]) => `\`${scope}\` ${meaning}`)
    .join(" ")}`,
};
const MODELS = {
  nullable: true,
  min: 1,
  max: 100,
  unique: true,
  description: "The only models it may call; null: any.",
};
const BUDGET = {
  nullable: true,
  description: "What it may spend in `budgetPeriod`; null: no limit of its own. No call begins that could go beyond.",
};
const PERIOD = {
  nullable: true,
  description: "Days and months are UTC; `total` is the key's whole life. With a budget: `month` unless said.",
};
const RATE = { nullable: true, min: 1, max: 100_000, description: "Null: no limit of its own." };
const EXPIRY = { nullable: true, description: "Null: never." };
const MODEL = text({ min: 1, max: 200 });

export class CreateApiKeyDto {
  @TextField(NAME) name!: string;
  @ListField(oneOf(SCOPE_NAMES), SCOPE_LIST) scopes!: Scope[];
  @ListField(MODEL, { optional: true, ...MODELS }) models?: string[] | null;
  @MoneyField({ optional: true, ...BUDGET }) budgetUsd?: string | null;
  @EnumField(BUDGET_PERIODS, { optional: true, ...PERIOD }) budgetPeriod?: BudgetPeriod | null;
  @IntField({ optional: true, ...RATE }) requestsPerMinute?: number | null;
  @DateTimeField({ optional: true, ...EXPIRY }) expiresAt?: string | null;
}

export class UpdateApiKeyDto {
  @TextField({ optional: true, ...NAME }) name?: string;
  @ListField(oneOf(SCOPE_NAMES), { optional: true, ...SCOPE_LIST }) scopes?: Scope[];
  @ListField(MODEL, { optional: true, ...MODELS }) models?: string[] | null;
  @MoneyField({ optional: true, ...BUDGET }) budgetUsd?: string | null;
  @EnumField(BUDGET_PERIODS, { optional: true, ...PERIOD }) budgetPeriod?: BudgetPeriod | null;
  @IntField({ optional: true, ...RATE }) requestsPerMinute?: number | null;
  @DateTimeField({ optional: true, ...EXPIRY }) expiresAt?: string | null;
}

export class ApiKeyView {
  @UuidField() id!: string;
  @TextField() name!: string;
  @TextField({ description: "Enough to tell two keys apart.", example: "pk_…a1b2" }) masked!: string;
  @UuidField({ description: "The member on whose behalf it acts." }) userId!: string;
  @TextField() userName!: string;
  @ListField(oneOf(SCOPE_NAMES), SCOPE_LIST) scopes!: Scope[];
  @ListField(MODEL, MODELS) models!: string[] | null;
  @MoneyField(BUDGET) budgetUsd!: string | null;
  @EnumField(BUDGET_PERIODS, PERIOD) budgetPeriod!: BudgetPeriod | null;
  @IntField(RATE) requestsPerMinute!: number | null;
  @DateTimeField(EXPIRY) expiresAt!: string | null;
  @DateTimeField() createdAt!: string;
  @DateTimeField({ nullable: true, description: "To the minute." }) lastUsedAt!: string | null;
}

export class CreatedApiKeyView extends ApiKeyView {
  @TextField({ description: "The key itself. It is shown this once.", example: "pk_01Jq…" }) token!: string;
}

const iso = (epochMs: number | null): string | null => (epochMs === null ? null : new Date(epochMs).toISOString());

/** @param userName the member's */
export function toApiKeyView(row: ApiKey, userName: string): ApiKeyView {
  const { id, name, masked, userId, scopes, models, budgetUsd, budgetPeriod, requestsPerMinute } = row;
  return {
    id,
    name,
    masked,
    userId,
    userName,
    scopes,
    models,
    budgetUsd,
    budgetPeriod,
    requestsPerMinute,
    expiresAt: iso(row.expiresAt),
    createdAt: new Date(row.createdAt).toISOString(),
    lastUsedAt: iso(row.lastUsedAt),
  };
}
