// An account.

import { Entity } from "typeorm";
import { FlagColumn, IdColumn, StringColumn, TimeColumn } from "#libs/database/index";

@Entity("users")
export class User {
  @IdColumn() id!: string;
  /** Lower case. */
  @StringColumn(320) email!: string;
  @StringColumn(100) name!: string;
  /** Argon2id, in PHC string form. */
  @StringColumn(300) passwordHash!: string;
  @FlagColumn() isOperator!: boolean;
  @TimeColumn() createdAt!: number;
}
