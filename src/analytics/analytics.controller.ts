// The ledger over REST: one row a provider call.

import { Controller, Get, Query } from "@nestjs/common";
import { ApiOkResponse, ApiParam, ApiTags } from "@nestjs/swagger";
import {
  ApiProblem,
  BoolField,
  DateTimeField,
  decodeCursor,
  EnumField,
  IntField,
  MoneyField,
  type Page,
  PageQuery,
  pageOf,
  TextField,
  toPage,
  UuidField,
  WORKSPACE,
} from "#libs/http/index";
import { type Actor } from "#src/auth/actor";
import { Can, CurrentActor } from "#src/auth/auth.decorators";
import { type CallKind, type CallState, type ProviderCall } from "#src/usage/provider-call.entity";
import { ProviderCallsRepository } from "#src/usage/provider-calls.repository";

export class ListCallsQuery extends PageQuery {
  @UuidField({ optional: true }) conversationId?: string;
  @UuidField({ optional: true }) messageId?: string;
}

const KINDS = ["chat", "gateway"] as const;
const STATES = ["estimated", "final", "reconciled", "unsettled"] as const;
const tokens = { nullable: true } as const;

export class CallView {
  @UuidField() id!: string;
  @EnumField(KINDS, { description: "What called: a conversation, or a client of the gateway." }) kind!: CallKind;
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
  @MoneyField({ nullable: true, description: "What the provider charged, to its last digit; null while unknown." })
  costUsd!: string | null;
  @EnumField(STATES) costState!: CallState;
  @BoolField({ nullable: true }) isByok!: boolean | null;
  @TextField({ nullable: true }) finishReason!: string | null;
  @TextField({ nullable: true }) errorCode!: string | null;
  @IntField({ nullable: true, description: "ms" }) firstTokenMs!: number | null;
  @IntField({ nullable: true, description: "ms" }) latencyMs!: number | null;
  @DateTimeField() createdAt!: string;
  @DateTimeField({ nullable: true }) settledAt!: string | null;
}

function toCallView(row: ProviderCall): CallView {
  const {
    id,
    kind,
    apiKeyId,
    userId,
    providerKeyId,
    conversationId,
    messageId,
    attempt,
    generationId,
    model,
    alias,
    servedModel,
    provider,
  } = row;
  const { promptTokens, completionTokens, reasoningTokens, cachedTokens, cacheWriteTokens, costUsd, isByok } = row;
  const { finishReason, errorCode, firstTokenMs, latencyMs } = row;
  return {
    ...{
      id,
      kind,
      apiKeyId,
      userId,
      providerKeyId,
      conversationId,
      messageId,
      attempt,
      generationId,
      model,
      alias,
      servedModel,
      provider,
    },
    ...{
      promptTokens,
      completionTokens,
      reasoningTokens,
      cachedTokens,
      cacheWriteTokens,
      costUsd,
      costState: row.state,
      isByok,
    },
    ...{ finishReason, errorCode, firstTokenMs, latencyMs },
    createdAt: new Date(row.createdAt).toISOString(),
    settledAt: row.settledAt === null ? null : new Date(row.settledAt).toISOString(),
  };
}

@ApiTags("analytics")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(`${WORKSPACE}/analytics`)
export class AnalyticsController {
  constructor(private readonly calls: ProviderCallsRepository) {}

  /** Every call to a provider, newest first, counted once, at the cost that the provider charged. */
  @Can("analytics.read")
  @Get("calls")
  @ApiOkResponse({ type: pageOf(CallView) })
  @ApiProblem(400, 401, 403, 404)
  async list(@CurrentActor() actor: Actor, @Query() query: ListCallsQuery): Promise<Page<CallView>> {
    const beforeId = query.cursor === undefined ? undefined : decodeCursor<[string]>(query.cursor, ["string"])[0];
    const { limit, conversationId, messageId } = query;
    const rows = await this.calls.list(actor.workspaceId, {
      limit,
      ...(beforeId && { beforeId }),
      ...(conversationId && { conversationId }),
      ...(messageId && { messageId }),
    });
    return toPage(rows, limit, (row) => [row.id], toCallView);
  }
}
