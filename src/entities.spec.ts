// Entities and migrations say the same of every column.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DataSource } from "typeorm";
import { loadConfig } from "#libs/config/index";
import { dataSourceOptions, migrate } from "#libs/database/index";
import { entities } from "./entities.js";

interface ColumnInfo {
  name: string;
  type: string;
  notnull: number;
  pk: number;
}

test("every entity has exactly the columns of its table", async () => {
  const folder = mkdtempSync(join(tmpdir(), "parley-entities-"));
  const config = loadConfig({ DATA_DIR: folder, NODE_ENV: "test" });
  await migrate(config);
  const source = await new DataSource(dataSourceOptions(config, "writer", entities)).initialize();
  for (const entity of source.entityMetadatas) {
    const table = (await source.query(`PRAGMA table_info(${entity.tableName})`)) as ColumnInfo[];
    const inTable = table.map(
      ({ name, type, notnull, pk }) => `${name} ${type.toLowerCase()} ${notnull || pk ? "not null" : "null"}`,
    );
    const inEntity = entity.columns.map((column) => {
      const type = column.length ? `${String(column.type)}(${column.length})` : String(column.type);
      return `${column.databaseName} ${type} ${column.isNullable ? "null" : "not null"}`;
    });
    assert.deepEqual(inEntity.sort(), inTable.sort(), entity.tableName);
  }
  await source.destroy();
  rmSync(folder, { recursive: true });
});
