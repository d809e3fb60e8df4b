// Calendar days and hours of a time zone, out of quarters of an hour: every offset from UTC in use is a multiple of one.
import { InvalidInputError } from "#libs/errors/index";

/** What the ledger is grouped by before time zones come in, ms. */
export const SLOT_MS = 15 * 60_000;

/** Names the day ("2026-11-23") or hour ("2026-11-23T14:00+01:00") in which a slot lies. */
export class LocalTime {
  private readonly format: Intl.DateTimeFormat;

  /** @param tz IANA name; @throws InvalidInputError 400 when nobody knows it */
  constructor(tz: string) {
    try {
      const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "longOffset" } as const;
      const date = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
      this.format = new Intl.DateTimeFormat("en-US", { timeZone: tz, ...date, ...time });
    } catch {
      throw new InvalidInputError([{ path: "tz", message: "must be a time zone such as Europe/Vienna" }]);
    }
  }

  day(epochMs: number): string {
    const { year, month, day } = this.parts(epochMs);
    return `${year}-${month}-${day}`;
  }

  hour(epochMs: number): string {
    const { hour, timeZoneName = "" } = this.parts(epochMs);
    // "GMT+05:30"; "GMT" alone is UTC. Two hours of the night in which clocks go back differ by it.
    return `${this.day(epochMs)}T${hour}:00${timeZoneName.slice(3) || "+00:00"}`;
  }

  private parts(epochMs: number): Record<string, string> {
    return Object.fromEntries(this.format.formatToParts(epochMs).map(({ type, value }) => [type, value]));
  }
}
