// What a workspace chooses about the gateway, and the answers that it keeps.
import { Entity, PrimaryColumn } from "typeorm";
import { FlagColumn, IdColumn, IntColumn, TextColumn, TimeColumn } from "#libs/database/index";

/** Retention is counted in these, ms. */
export const DAY_MS = 86_400_000;

/** At most one row a workspace; without one nothing is kept and nothing logged. */
@Entity("gateway_settings")
export class GatewaySettings {
  @IdColumn() workspaceId!: string;
  @FlagColumn() cacheOn!: boolean;
  /** Seconds. */
  @IntColumn() cacheTtlS!: number;
  /** Whether requests and answers are logged. */
  @FlagColumn() logOn!: boolean;
  /** For how many days. */
  @IntColumn() logDays!: number;
  @TimeColumn() updatedAt!: number;
}

@Entity("gateway_answers")
export class GatewayAnswer {
  @PrimaryColumn({ type: "varchar", length: "36" }) workspaceId!: string;
  /** The keyed hash of what was asked. */
  @PrimaryColumn({ type: "varchar", length: "64" }) request!: string;
  @TextColumn() sealed!: string;
  /** Of the answer, before it was sealed. */
  @IntColumn() bytes!: number;
  @TimeColumn() createdAt!: number;
  @TimeColumn() expiresAt!: number;
}
