// What a workspace chooses about the gateway, and the answers that it keeps.
import { Entity, PrimaryColumn } from "typeorm";
import { FlagColumn, IdColumn, IntColumn, TextColumn, TimeColumn } from "#libs/database/index";

/** At most one row a workspace; without one nothing is kept. */
@Entity("gateway_settings")
export class GatewaySettings {
  @IdColumn() workspaceId!: string;
  @FlagColumn() cacheOn!: boolean;
  /** Seconds. */
  @IntColumn() cacheTtlS!: number;
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
