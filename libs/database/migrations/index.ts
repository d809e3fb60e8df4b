// All migrations, in order.
import { idempotency } from "./009-idempotency.js";
import type { MigrationClass } from "./migration.js";

export const migrations: MigrationClass[] = [idempotency];
