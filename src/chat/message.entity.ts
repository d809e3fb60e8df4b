// A message of the tree. An assistant's message is written while it streams and never again after its end.

import { Entity } from "typeorm";
import { IdColumn, IntColumn, JsonColumn, RefColumn, StringColumn, TextColumn, TimeColumn } from "#libs/database/index";
import { type CompletionParams } from "./conversation.entity.js";

export const MESSAGE_STATUSES = ["pending", "streaming", "completed", "stopped", "interrupted", "failed"] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];
export const TERMINAL_STATUSES = ["completed", "stopped", "interrupted", "failed"] as const;
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];
export const MESSAGE_ROLES = ["system", "user", "assistant", "tool"] as const;
export type MessageRole = (typeof MESSAGE_ROLES)[number];
export const COST_STATES = ["none", "estimated", "final", "reconciled", "unsettled"] as const;
export type CostState = (typeof COST_STATES)[number];

/** Why a message failed or was interrupted; `message` is written for people and holds nothing secret. */
export interface MessageError {
  code: string;
  message: string;
  retryable: boolean;
  /** What programs may want to know of it; of most errors nothing. */
  details?: Record<string, unknown>;
}

/** A tool call as the provider sent it, its pieces joined. */
export interface ToolCall {
  id: string;
  type: string;
  function: { name: string; arguments: string };
}

@Entity("messages")
export class Message {
  @IdColumn() id!: string;
  @RefColumn() workspaceId!: string;
  @RefColumn() conversationId!: string;
  @RefColumn({ nullable: true }) parentId!: string | null;
  @StringColumn(10) role!: MessageRole;
  @StringColumn(12) status!: MessageStatus;
  @IntColumn() attempt!: number;
  @TextColumn() content!: string;
  @TextColumn({ nullable: true }) reasoning!: string | null;
  /** The provider's own form of the reasoning, sent back unchanged in later turns. */
  @JsonColumn({ nullable: true }) reasoningDetails!: unknown[] | null;
  @JsonColumn({ nullable: true }) toolCalls!: ToolCall[] | null;
  @JsonColumn({ nullable: true }) annotations!: unknown[] | null;
  @StringColumn(200, { nullable: true }) model!: string | null;
  @StringColumn(100, { nullable: true }) provider!: string | null;
  @JsonColumn({ nullable: true }) params!: CompletionParams | null;
  @StringColumn(100, { nullable: true }) finishReason!: string | null;
  @IntColumn({ nullable: true }) promptTokens!: number | null;
  @IntColumn({ nullable: true }) completionTokens!: number | null;
  @IntColumn({ nullable: true }) reasoningTokens!: number | null;
  @IntColumn({ nullable: true }) cachedTokens!: number | null;
  @StringColumn(100, { nullable: true }) costUsd!: string | null;
  @StringColumn(12) costState!: CostState;
  @IntColumn({ nullable: true }) latencyMs!: number | null;
  @IntColumn({ nullable: true }) firstTokenMs!: number | null;
  @StringColumn(200, { nullable: true }) generationId!: string | null;
  @JsonColumn({ nullable: true }) error!: MessageError | null;
  /** Borders of the deltas (delta-cuts.ts), from which a finished message replays exactly. */
  @TextColumn({ nullable: true }) streamCuts!: string | null;
  @StringColumn(64, { nullable: true }) clientMessageId!: string | null;
  @StringColumn(64, { nullable: true }) requestHash!: string | null;
  @RefColumn({ nullable: true }) createdBy!: string | null;
  @TimeColumn() createdAt!: number;
  @TimeColumn({ nullable: true }) completedAt!: number | null;
}
