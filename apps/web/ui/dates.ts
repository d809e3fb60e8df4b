// Times as people read them, in the browser's zone.

const day = new Intl.DateTimeFormat("en-US", { day: "numeric", month: "short", year: "numeric" });
const moment = new Intl.DateTimeFormat("en-US", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

const time = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
const instant = new Intl.DateTimeFormat("en-US", { day: "numeric", month: "short", ...time });

/** "Nov 23, 2026" */
export function formatDay(iso: string): string {
  return day.format(new Date(iso));
}

/** "Nov 23, 09:31 AM" */
export function formatMoment(iso: string): string {
  return moment.format(new Date(iso));
}

/** "Nov 23, 09:31:04 AM": where things come within a minute. */
export function formatInstant(iso: string): string {
  return instant.format(new Date(iso));
}
