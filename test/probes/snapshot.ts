// The whole database as text, table by table, to be compared before and after.
import type { NestFastifyApplication } from "@nestjs/platform-fastify";
import { Database } from "#libs/database/index";

/** Columns that change by being asked alone: when somebody was last seen. */
const VOLATILE: Record<string, string[]> = {
  sessions: ["last_seen_at", "expires_at"],
  api_keys: ["last_used_at"],
};
/** What the instance does by itself. */
const OWN_LIFE = new Set(["gateway_processes", "outgoing_mails"]);

/** Table → its rows as sorted lines of JSON. */
export async function snapshotOf(app: NestFastifyApplication): Promise<Record<string, string[]>> {
  const db = app.get(Database, { strict: false });
  const tables = await db.query<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  const entries = tables
    .filter(({ name }) => !OWN_LIFE.has(name))
    .map(async ({ name }) => {
      const rows = await db.query<Record<string, unknown>>(`SELECT * FROM ${name}`);
      const left = (row: Record<string, unknown>) =>
        Object.entries(row).filter(([column]) => !VOLATILE[name]?.includes(column));
      return [name, rows.map((row) => JSON.stringify(left(row))).sort()] as const;
    });
  return Object.fromEntries(await Promise.all(entries));
}
