// A provider call as clients see it.
import {
  BoolField,
  DateTimeField,
  EnumField,
  IntField,
  ListField,
  MoneyField,
  NumberField,
  TextField,
  UuidField,
} from "#libs/dto/index";
import { isoTime } from "#libs/http/index";
import { addUsd, timesUsd } from "#libs/money/index";
import { type CorrectionSource, type CostCorrection } from "#src/usage/cost-correction.entity";
import { type CallKind, type CallState, type ProviderCall } from "#src/usage/provider-call.entity";
import { tokensPerSecond } from "./usage-summary.js";

export const CALL_KINDS = ["chat", "gateway"] as const;
export const CALL_STATES = ["estimated", "final", "reconciled", "unsettled"] as const;
const tokens = { nullable: true } as const;

const SOURCES = ["generation_record", "answer"] as const;

export class CorrectionView {
  @MoneyField() costBeforeUsd!: string;
  @MoneyField({ description: "What the provider charged, as it turned out." }) costUsd!: string;
  @MoneyField({ signed: true, description: "`costUsd` less `costBeforeUsd`, exactly." }) deltaUsd!: string;
  @EnumField(SOURCES, {
    description: "The provider's generation record, or the late end of a call that was counted as not recorded.",
  })
  source!: CorrectionSource;
  @DateTimeField() createdAt!: string;
}

export class CallView {
  @UuidField() id!: string;
  @EnumField(CALL_KINDS, { description: "What called: a conversation, or a client of the gateway." }) kind!: CallKind;
  @UuidField({ nullable: true, description: "The platform key that asked through the gateway." }) apiKeyId!:
    | string
    | null;
  @UuidField({ nullable: true }) userId!: string | null;
  @UuidField({ nullable: true, description: "The vault's key; null: the instance's own." }) providerKeyId!:
    | string
    | null;
  @UuidField({ nullable: true }) conversationId!: string | null;
  @UuidField({ nullable: true }) messageId!: string | null;
  @IntField() attempt!: number;
  @TextField({ nullable: true, description: "The provider's id of the generation." }) generationId!: string | null;
  @TextField({ description: "The model that was asked." }) model!: string;
  @TextField({ nullable: true, description: "The workspace's own name by which it was asked for." }) alias!:
    | string
    | null;
  @TextField({ nullable: true, description: "The model that answered." }) servedModel!: string | null;
  @TextField({ nullable: true }) provider!: string | null;
  @IntField(tokens) promptTokens!: number | null;
  @IntField(tokens) completionTokens!: number | null;
  @IntField(tokens) reasoningTokens!: number | null;
  @IntField(tokens) cachedTokens!: number | null;
  @IntField(tokens) cacheWriteTokens!: number | null;
  @MoneyField({
    nullable: true,
    description: "What the provider charged, to its last digit, with all corrections; null while unknown.",
  })
  costUsd!: string | null;
  @MoneyField({ nullable: true, description: "The tokens by the price list of that time, exactly; null: not known." })
  listPriceUsd!: string | null;
  @EnumField(CALL_STATES) costState!: CallState;
  @ListField(() => CorrectionView, { description: "Of a cost that was settled, oldest first." })
  corrections!: CorrectionView[];
  @BoolField({ nullable: true }) isByok!: boolean | null;
  @TextField({ nullable: true }) finishReason!: string | null;
  @TextField({ nullable: true }) errorCode!: string | null;
  @IntField({ nullable: true, description: "ms" }) firstTokenMs!: number | null;
  @IntField({ nullable: true, description: "ms" }) latencyMs!: number | null;
  @NumberField({ nullable: true, description: "After the first token." }) tokensPerSecond!: number | null;
  @BoolField({ description: "An answer that was kept was given again: no provider was called." }) fromCache!: boolean;
  @DateTimeField() createdAt!: string;
  @DateTimeField({ nullable: true }) settledAt!: string | null;
}

/** What is told as it is kept. */
const SAME = [
  ...["id", "kind", "apiKeyId", "userId", "providerKeyId", "conversationId", "messageId", "attempt", "generationId"],
  ...["model", "alias", "servedModel", "provider", "promptTokens", "completionTokens", "reasoningTokens"],
  ...["cachedTokens", "cacheWriteTokens", "listPriceUsd", "isByok", "finishReason", "errorCode"],
  ...["firstTokenMs", "latencyMs"],
] as (keyof CallView & keyof ProviderCall)[];

/** A row of the ledger as clients see it. @param corrections of its cost, oldest first */
export function toCallView(row: ProviderCall, corrections: readonly CostCorrection[] = []): CallView {
  const same = Object.fromEntries(SAME.map((key) => [key, row[key]])) as Pick<CallView, (typeof SAME)[number]>;
  return {
    ...same,
    costUsd: corrections.at(-1)?.costAfterUsd ?? row.costUsd,
    costState: row.state,
    corrections: corrections.map(toCorrectionView),
    fromCache: row.fromCache ?? false,
    tokensPerSecond: tokensPerSecond(row.completionTokens, row.latencyMs, row.firstTokenMs),
    createdAt: isoTime(row.createdAt),
    settledAt: row.settledAt === null ? null : isoTime(row.settledAt),
  };
}

function toCorrectionView(row: CostCorrection): CorrectionView {
  return {
    costBeforeUsd: row.costBeforeUsd,
    costUsd: row.costAfterUsd,
    deltaUsd: addUsd(row.costAfterUsd, timesUsd(row.costBeforeUsd, "-1")),
    source: row.source,
    createdAt: isoTime(row.createdAt),
  };
}
