// One row a provider call: what was asked, what it used, what it cost exactly.

import { Entity } from "typeorm";
import { FlagColumn, IdColumn, IntColumn, RefColumn, StringColumn, TimeColumn } from "#libs/database/index";
import { type ProviderErrorCode } from "#libs/openrouter/index";

/** `estimated`: running. `final`: cost from the answer. `reconciled`: cost from the generation record. `unsettled`: not known yet. */
export type CallState = "estimated" | "final" | "reconciled" | "unsettled";
/** What called: an answer in a conversation, or a client of the gateway. */
export type CallKind = "chat" | "gateway";

/** `errorCode` of a call that was ended from our side, as a rule because whoever asked stopped it: it did not fail. */
export const STOPPED = "cancelled" satisfies ProviderErrorCode;
/** The failed ones of some calls. */
export const HAS_FAILED = `error_code IS NOT NULL AND error_code <> '${STOPPED}'`;

@Entity("provider_calls")
export class ProviderCall {
  @IdColumn() id!: string;
  @RefColumn() workspaceId!: string;
  @RefColumn({ nullable: true }) userId!: string | null;
  /** The platform key that asked through the gateway. */
  @RefColumn({ nullable: true }) apiKeyId!: string | null;
  @RefColumn({ nullable: true }) providerKeyId!: string | null;
  @StringColumn(20) kind!: CallKind;
  @RefColumn({ nullable: true }) conversationId!: string | null;
  @RefColumn({ nullable: true }) messageId!: string | null;
  @IntColumn() attempt!: number;
  /** The provider's id of this generation, known from the answer's headers on. */
  @StringColumn(200, { nullable: true }) generationId!: string | null;
  /** What was sent to the provider. */
  @StringColumn(200) model!: string;
  /** The workspace's own name by which it was asked for. */
  @StringColumn(64, { nullable: true }) alias!: string | null;
  @StringColumn(200, { nullable: true }) servedModel!: string | null;
  @StringColumn(100, { nullable: true }) provider!: string | null;
  @IntColumn({ nullable: true }) promptTokens!: number | null;
  @IntColumn({ nullable: true }) completionTokens!: number | null;
  @IntColumn({ nullable: true }) reasoningTokens!: number | null;
  @IntColumn({ nullable: true }) cachedTokens!: number | null;
  @IntColumn({ nullable: true }) cacheWriteTokens!: number | null;
  /** The reported decimal, to its last digit. */
  @StringColumn(100, { nullable: true }) costUsd!: string | null;
  /** The same, rounded to 1e-12 USD, for sums. */
  @TimeColumn({ nullable: true }) costPico!: number | null;
  /** What the tokens cost by the price list of that time, exactly; null: not known. */
  @StringColumn(100, { nullable: true }) listPriceUsd!: string | null;
  /** The same, rounded to 1e-12 USD, for sums. */
  @TimeColumn({ nullable: true }) listPricePico!: number | null;
  @FlagColumn({ nullable: true }) isByok!: boolean | null;
  @StringColumn(100, { nullable: true }) upstreamCostUsd!: string | null;
  @StringColumn(12) state!: CallState;
  @StringColumn(100, { nullable: true }) finishReason!: string | null;
  @StringColumn(100, { nullable: true }) errorCode!: string | null;
  @IntColumn({ nullable: true }) firstTokenMs!: number | null;
  @IntColumn({ nullable: true }) latencyMs!: number | null;
  @TimeColumn({ nullable: true }) reconcileAt!: number | null;
  @IntColumn() reconcileTries!: number;
  /** The process that alone knows how a running call of the gateway will end. */
  @RefColumn({ nullable: true }) processId!: string | null;
  /** Held of the budgets for a call that runs, 1e-12 USD; 0: nothing any more; null: no budget counts it. */
  @TimeColumn({ nullable: true }) reservedPico!: number | null;
  /** True: an answer that the workspace kept was given again; no provider was called. */
  @FlagColumn({ nullable: true }) fromCache!: boolean | null;
  @TimeColumn() createdAt!: number;
  @TimeColumn({ nullable: true }) settledAt!: number | null;
}
