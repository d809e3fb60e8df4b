// What turned out otherwise after a call was settled, and how far a workspace's calls were asked about again.

import { Entity, PrimaryColumn } from "typeorm";
import { IdColumn, IntColumn, RefColumn, StringColumn, TimeColumn } from "#libs/database/index";

/** Who told the later cost: the provider's generation record, or the answer of a call that was given up too early. */
export type CorrectionSource = "generation_record" | "answer";

/** Rows are only added, never changed; the last one of a call has what it cost. */
@Entity("cost_corrections")
export class CostCorrection {
  @IdColumn() id!: string;
  @RefColumn() callId!: string;
  /** 1, 2, 3 … of the call. */
  @IntColumn() seq!: number;
  @RefColumn() workspaceId!: string;
  /** When the call began: it counts there in reports and budgets. */
  @TimeColumn() callAt!: number;
  /** Exact decimals, as they were told. */
  @StringColumn(100) costBeforeUsd!: string;
  @StringColumn(100) costAfterUsd!: string;
  /** What it changes in sums, 1e-12 USD: the difference of the two, each rounded. */
  @TimeColumn() deltaPico!: number;
  @StringColumn(20) source!: CorrectionSource;
  @TimeColumn() createdAt!: number;
}

/** The last call of a workspace that was asked about again. */
@Entity("cost_rechecks")
export class CostRecheck {
  @PrimaryColumn({ type: "varchar", length: "36" }) workspaceId!: string;
  @TimeColumn() callAt!: number;
  @RefColumn() callId!: string;
  /** Nothing is to be asked before, epoch ms. */
  @TimeColumn() nextAt!: number;
}
