// An account.

import { Entity } from "typeorm";
import { FlagColumn, IdColumn, StringColumn, TimeColumn } from "#libs/database/index";

@Entity("users")
export class User {
  @IdColumn() id!: string;
  /** Lower case. */
  @StringColumn(320) email!: string;
  @StringColumn(100) name!: string;
  /** Argon2id, in PHC string form; `NO_PASSWORD` where there is none. */
  @StringColumn(300) passwordHash!: string;
  /** Sees queues and operator pages, and may disable accounts. */
  @FlagColumn() isOperator!: boolean;
  /** The account that the instance began with; there is one. */
  @FlagColumn() isFirst!: boolean;
  /** Epoch ms; null: the account may be used. */
  @TimeColumn({ nullable: true }) disabledAt!: number | null;
  @TimeColumn() createdAt!: number;
}
