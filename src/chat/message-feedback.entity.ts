// What a member thinks of an answer: one row a member and answer.

import { Entity, PrimaryColumn } from "typeorm";
import { RefColumn, StringColumn, TextColumn, TimeColumn } from "#libs/database/index";

export const RATINGS = ["up", "down"] as const;
export type Rating = (typeof RATINGS)[number];

@Entity("message_feedback")
export class MessageFeedback {
  @PrimaryColumn({ type: "varchar", length: "36" }) messageId!: string;
  @PrimaryColumn({ type: "varchar", length: "36" }) userId!: string;
  @RefColumn() workspaceId!: string;
  @RefColumn() conversationId!: string;
  @StringColumn(4) rating!: Rating;
  @TextColumn({ nullable: true }) comment!: string | null;
  @TimeColumn() createdAt!: number;
  @TimeColumn() updatedAt!: number;
}
