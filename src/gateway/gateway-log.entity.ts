// What a workspace logs of a call of the gateway: its request and its answer, sealed, beside the call's row in the ledger.
import { Entity } from "typeorm";
import { FlagColumn, IdColumn, IntColumn, RefColumn, StringColumn, TextColumn, TimeColumn } from "#libs/database/index";

/** How a logged call ended: `cached` was answered from what was kept, `stopped` by its client. */
export const LOG_STATUSES = ["answered", "cached", "failed", "stopped"] as const;
export type LogStatus = (typeof LOG_STATUSES)[number];

@Entity("gateway_logs")
export class GatewayLog {
  /** That of the call. */
  @IdColumn() id!: string;
  @RefColumn() workspaceId!: string;
  /** "/chat/completions". */
  @StringColumn(40) path!: string;
  @StringColumn(10) status!: LogStatus;
  /** What the client got; null: it was gone before. */
  @IntColumn({ nullable: true }) httpStatus!: number | null;
  /** The answer is a stream of events. */
  @FlagColumn() streamed!: boolean;
  /** Of the whole request, also when it was cut. */
  @IntColumn() requestBytes!: number;
  @FlagColumn() requestCut!: boolean;
  @IntColumn() answerBytes!: number;
  @FlagColumn() answerCut!: boolean;
  /** The version of the workspace's key that {@link sealed} needs. */
  @IntColumn() dekVersion!: number;
  /** Both bodies, see log-body.ts. */
  @TextColumn() sealed!: string;
  @TimeColumn() createdAt!: number;
}
