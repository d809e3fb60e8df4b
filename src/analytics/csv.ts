// Comma-separated values (RFC 4180) that no spreadsheet takes for a formula (OWASP, CSV injection).

/** A value of a cell; null: empty. */
export type Cell = string | number | boolean | null;

/** One line with its end. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(value: Cell): string {
  if (typeof value !== "string") return value === null ? "" : String(value);
  // Numbers may begin with a minus; a text that begins so could be a formula.
  const isNumber = /^-?\d+(\.\d+)?$/.test(value);
  const text = !isNumber && /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
