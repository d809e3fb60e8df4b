// A session may have an end that no use of it moves.
import { migration } from "./migration.js";

export const sessionEnds = migration(26, "SessionEnds", ["ALTER TABLE sessions ADD COLUMN ends_at bigint"]);
