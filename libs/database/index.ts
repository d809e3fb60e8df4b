// The door of libs/database.
export {
  FlagColumn,
  IdColumn,
  IntColumn,
  JsonColumn,
  RefColumn,
  StringColumn,
  TextColumn,
  TimeColumn,
} from "./columns.js";
export { dataSourceOptions, type Entities } from "./data-source.js";
export { Database, type SqlValue } from "./database.js";
export { DatabaseModule } from "./database.module.js";
export { type Dialect, dialectOf, isBusy, isUniqueViolation } from "./dialect.js";
export { DatabaseBusyError } from "./group-commit.js";
export { newId } from "./ids.js";
export { migrate } from "./migrate.js";
export { migrations } from "./migrations/index.js";
