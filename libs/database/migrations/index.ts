// All migrations, in order.
import type { MigrationClass } from "./migration.js";

export const migrations: MigrationClass[] = [];
