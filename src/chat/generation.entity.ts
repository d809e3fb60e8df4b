// A message that is being generated: who works on it, until when. The row goes away when the message ends.

import { Entity } from "typeorm";
import { FlagColumn, IdColumn, IntColumn, RefColumn, StringColumn, TimeColumn } from "#libs/database/index";

/** `continue` begins with the text of the sibling it goes on from. */
export type GenerationKind = "reply" | "continue";

@Entity("generations")
export class Generation {
  @IdColumn() messageId!: string;
  @RefColumn() workspaceId!: string;
  @RefColumn() conversationId!: string;
  @RefColumn({ nullable: true }) userId!: string | null;
  /** The platform key that asked; null: a signed-in person. */
  @RefColumn({ nullable: true }) apiKeyId!: string | null;
  /** The workspace's own name by which the model was asked for. */
  @StringColumn(64, { nullable: true }) alias!: string | null;
  @StringColumn(12) kind!: GenerationKind;
  /** When it was handed to the workers; null: it waits for its turn. */
  @TimeColumn({ nullable: true }) admittedAt!: number | null;
  /** Counts claims; every write of a worker carries the epoch of its claim. */
  @IntColumn() epoch!: number;
  /** Counts runs that began without output; the `attempt` of events. */
  @IntColumn() attempt!: number;
  @StringColumn(60, { nullable: true }) workerId!: string | null;
  @TimeColumn({ nullable: true }) leaseUntil!: number | null;
  /** When the sweeper looks at it again. */
  @TimeColumn() sweepAt!: number;
  @FlagColumn() stopRequested!: boolean;
  @TimeColumn() createdAt!: number;
}
