// A signed-in browser. The row is the truth, Redis the fast copy.

import { Entity } from "typeorm";
import { IdColumn, RefColumn, StringColumn, TimeColumn } from "#libs/database/index";

@Entity("sessions")
export class Session {
  @IdColumn() id!: string;
  @RefColumn() userId!: string;
  /** SHA-256 of the cookie's token, hex: who reads the table cannot sign in with it. */
  @StringColumn(64) tokenHash!: string;
  @StringColumn(300, { nullable: true }) userAgent!: string | null;
  @TimeColumn() createdAt!: number;
  @TimeColumn() lastSeenAt!: number;
  @TimeColumn() expiresAt!: number;
  /** No use moves the end beyond this; null: each use does. */
  @TimeColumn({ nullable: true }) endsAt!: number | null;
}
