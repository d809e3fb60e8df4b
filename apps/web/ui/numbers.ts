// Counts and durations as people read them.

const whole = new Intl.NumberFormat("en-US");

/** 1842 → "1,842". */
export function formatCount(count: number): string {
  return whole.format(count);
}

const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

/** 842 → "842", 94613000 → "94.6M". */
export function formatCompact(count: number): string {
  return compact.format(count);
}

/** Tokens of a context window: 400000 → "400K", 1048576 → "1M". */
export function formatContext(tokens: number): string {
  if (tokens >= 1_000_000) return `${trim(tokens / 1_000_000)}M`;
  return tokens >= 1000 ? `${trim(tokens / 1000)}K` : String(tokens);
}

function trim(value: number): string {
  return value >= 10 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);
}

/** Milliseconds: 42 → "42 ms", 480 → "0.5 s", 4210 → "4.2 s", 83000 → "1 min 23 s". */
export function formatDuration(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

/** Bytes: 950 → "950 B", 52400 → "52.4 kB", 67108864 → "67.1 MB". */
export function formatBytes(bytes: number): string {
  const step = Math.min(UNITS.length - 1, bytes > 0 ? Math.floor(Math.log10(bytes) / 3) : 0);
  // Intl writes "950 byte".
  if (step === 0) return `${formatCount(bytes)} B`;
  const options = { style: "unit", unit: UNITS[step]!, maximumSignificantDigits: 3 } as const;
  return new Intl.NumberFormat("en-US", options).format(bytes / 1000 ** step);
}
