// A verdict as headers, in the form that clients of OpenAI's API know.
import { type Verdict } from "./rate-limiter.js";

/**
 * `x-ratelimit-limit-requests`, `-remaining-requests` and `-reset-requests` (platform.openai.com/docs/guides/rate-limits). The
 * last one says when the full limit is there again, as a Go duration: `850ms`, `12s`, `6m0s`.
 */
export function rateHeaders({ limit, remaining, resetMs }: Verdict): Record<string, string> {
  return {
    "x-ratelimit-limit-requests": String(limit),
    "x-ratelimit-remaining-requests": String(remaining),
    "x-ratelimit-reset-requests": durationText(resetMs),
  };
}

/** `RateLimit-Limit`, `-Remaining` and `-Reset` (draft-ietf-httpapi-ratelimit-headers-06); the last one in seconds. */
export function standardRateHeaders({ limit, remaining, resetMs }: Verdict): Record<string, string> {
  return {
    "ratelimit-limit": String(limit),
    "ratelimit-remaining": String(remaining),
    "ratelimit-reset": String(Math.ceil(resetMs / 1_000)),
  };
}

function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
