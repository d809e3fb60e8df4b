// Times as clients see them, made for pages of many rows: Date.toISOString() is a tenth of what such a page costs.
const DAY_MS = 86_400_000;
const padded = (count: number, width: number): string[] =>
  Array.from({ length: count }, (_, n) => String(n).padStart(width, "0"));
const [TWO, THREE] = [padded(60, 2), padded(1_000, 3)];

let day = Number.NaN;
/** The date of `day` with its "T". */
let date = "";

/**
 * ISO 8601 in UTC with milliseconds, exactly as `Date.toISOString` writes it.
 * @param epochMs whole ms
 * @throws RangeError beyond the range of Date
 */
export function isoTime(epochMs: number): string {
  const of = Math.floor(epochMs / DAY_MS);
  if (of !== day) {
    date = new Date(of * DAY_MS).toISOString().slice(0, -"00:00:00.000Z".length);
    day = of;
  }
  const ms = epochMs - of * DAY_MS;
  const [hours, minutes, seconds] = [Math.trunc(ms / 3_600_000), Math.trunc(ms / 60_000), Math.trunc(ms / 1_000)];
  return `${date}${TWO[hours]}:${TWO[minutes % 60]}:${TWO[seconds % 60]}.${THREE[ms % 1_000]}Z`;
}
