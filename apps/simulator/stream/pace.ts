// How fast an answer comes: time to the first token, and between tokens.
import type { Options } from "../scenario/options.js";
import type { Settings } from "../state/settings.js";
import { seeded } from "../text/random.js";

/** The pace of one answer. Times in ms. */
export type Pace = {
  readonly firstMs: number;
  readonly commentMs: number;
  /** Time after a piece of so many tokens. */
  gapMs(tokens: number): number;
  /** Time that the whole answer takes, for answers without stream. */
  wholeMs(tokens: number): number;
};

/** The pace of a demo answer from the settings, or of a scenario from its switches. */
export function paceOf(demo: boolean, options: Options, settings: Settings, hash: string): Pace {
  const rate = options.number("rate", demo ? settings.rate : settings.scenarioRate);
  const firstMs = options.number("first", demo ? settings.firstTokenMs : settings.scenarioFirstMs);
  const perToken = rate > 0 ? 1000 / rate : 0;
  const jitter = demo ? settings.jitter : 0;
  const random = seeded(hash);
  const fixed = options.has("gap") ? options.number("gap", 0) : undefined;
  return {
    firstMs,
    commentMs: options.number("comment", settings.commentMs),
    gapMs: (tokens) => {
      if (fixed !== undefined) return fixed;
      return jitter > 0 ? perToken * tokens * (1 + jitter * (2 * random() - 1)) : perToken * tokens;
    },
    wholeMs: (tokens) => options.number("delay", firstMs + perToken * tokens),
  };
}
