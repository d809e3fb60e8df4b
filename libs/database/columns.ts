// Column decorators whose types are the same on SQLite and PostgreSQL (no schema drift on either).
import { Column, type ColumnOptions, PrimaryColumn } from "typeorm";

const asNumber = {
  to: (value: number | null | undefined) => value,
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};
const asFlag = {
  to: (value: boolean | null | undefined) => (value === null || value === undefined ? value : value ? 1 : 0),
  from: (value: number | null) => (value === null ? null : Number(value) !== 0),
};
const asJson = {
  to: (value: unknown) => (value === null || value === undefined ? value : JSON.stringify(value)),
  from: (value: string | null) => (value === null ? null : JSON.parse(value)),
};
const named = (options: ColumnOptions, own: ColumnOptions): ColumnOptions => ({ ...own, ...options });

/** Primary key: UUIDv7 made in code. */
export const IdColumn = (): PropertyDecorator => PrimaryColumn({ type: "varchar", length: "36" });
/** A reference to another row's id. */
export const RefColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column(named(options, { type: "varchar", length: "36" }));
/** Short text with a limit. */
export const StringColumn = (length: number, options: ColumnOptions = {}): PropertyDecorator =>
  Column(named(options, { type: "varchar", length: String(length) }));
/** Text without a limit. */
export const TextColumn = (options: ColumnOptions = {}): PropertyDecorator => Column(named(options, { type: "text" }));
/** 32-bit integer. */
export const IntColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column(named(options, { type: "integer" }));
/** Epoch milliseconds, or another integer below 2^53. */
export const TimeColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column(named(options, { type: "bigint", transformer: asNumber }));
/** Boolean, kept as integer 0/1 so that raw SQL is the same everywhere. */
export const FlagColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column(named(options, { type: "integer", transformer: asFlag }));
/** JSON kept as text: data, not for queries inside it. */
export const JsonColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column(named(options, { type: "text", transformer: asJson }));
