// Changes a running instance's database from outside: what no route does, such as making something older than it is.
import { DataSource } from "typeorm";
import { loadConfig } from "#libs/config/index";
import { dataSourceOptions } from "#libs/database/index";

/** Runs one write. @param sql with `?` for each value */
export async function writeTo(env: Record<string, string>, sql: string, values: readonly unknown[]): Promise<void> {
  const config = loadConfig(env);
  const source = await new DataSource(dataSourceOptions(config, "writer")).initialize();
  let place = 0;
  const text = config.database.kind === "postgres" ? sql.replaceAll("?", () => `$${++place}`) : sql;
  try {
    await source.query(text, [...values]);
  } finally {
    await source.destroy();
  }
}
