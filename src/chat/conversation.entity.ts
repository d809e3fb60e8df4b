// A conversation: a tree of messages, of which one branch is active.

import { Entity } from "typeorm";
import {
  FlagColumn,
  IdColumn,
  IntColumn,
  JsonColumn,
  RefColumn,
  StringColumn,
  TextColumn,
  TimeColumn,
} from "#libs/database/index";

/** Request parameters of the provider (temperature, max_tokens, reasoning, tools …), in its own names. */
export type CompletionParams = Record<string, unknown>;

@Entity("conversations")
export class Conversation {
  @IdColumn() id!: string;
  @RefColumn() workspaceId!: string;
  @RefColumn({ nullable: true }) createdBy!: string | null;
  @StringColumn(300) title!: string;
  @StringColumn(200) model!: string;
  @TextColumn({ nullable: true }) systemPrompt!: string | null;
  @JsonColumn() params!: CompletionParams;
  @FlagColumn() pinned!: boolean;
  @FlagColumn() archived!: boolean;
  @RefColumn({ nullable: true }) folderId!: string | null;
  @JsonColumn() tags!: string[];
  @IntColumn({ nullable: true }) retentionDays!: number | null;
  @FlagColumn() legalHold!: boolean;
  @RefColumn({ nullable: true }) activeLeafId!: string | null;
  /** Exact sum of its provider calls, each rounded at 1e-12 USD. */
  @StringColumn(100) costUsd!: string;
  @TimeColumn() createdAt!: number;
  @TimeColumn() updatedAt!: number;
}
