// How a migration is written here: portable DDL statements, one class each for TypeORM's runner.
import type { MigrationInterface, QueryRunner } from "typeorm";

export type MigrationClass = new () => MigrationInterface;

/**
 * A migration of plain statements. Types that drift on neither database: varchar(n), text, integer, bigint.
 * @param order its place; never reused, never changed after a release
 * @param statements portable DDL, or a function of the dialect where the two must differ (triggers)
 */
export function migration(
  order: number,
  name: string,
  statements: string[] | ((kind: "sqlite" | "postgres") => string[]),
): MigrationClass {
  return class implements MigrationInterface {
    // TypeORM orders migrations by the 13 digits at the end of the name.
    readonly name = `${name}${1_700_000_000_000 + order}`;

    async up(runner: QueryRunner): Promise<void> {
      const kind = runner.dataSource.options.type === "postgres" ? "postgres" : "sqlite";
      for (const sql of typeof statements === "function" ? statements(kind) : statements) await runner.query(sql);
    }

    async down(): Promise<void> {
      throw new Error("Migrations only go forward: restore a backup instead");
    }
  };
}
