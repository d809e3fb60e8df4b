// All parts of a running simulator, handed to every route.
import type { Demo } from "./answer/demo.js";
import type { Catalog } from "./catalog/catalog.js";
import type { Recordings } from "./replay/recordings.js";
import type { Accounts } from "./state/accounts.js";
import type { AnswerCache } from "./state/answer-cache.js";
import type { Generations } from "./state/generations.js";
import type { Journal } from "./state/journal.js";
import type { Settings } from "./state/settings.js";
import type { StateFile } from "./state/state-file.js";
import type { Ticker } from "./stream/ticker.js";

/** The state of one simulator. Several can run in one process without knowing of each other. */
export type World = {
  readonly settings: Settings;
  readonly catalog: Catalog;
  readonly journal: Journal;
  readonly generations: Generations;
  readonly accounts: Accounts;
  readonly demo: Demo;
  readonly recordings: Recordings;
  readonly ticker: Ticker;
  /** Failures already given by `flaky`, by key and prompt. */
  readonly flaky: Map<string, number>;
  /** Where calls survive a restart; undefined = memory only. */
  readonly store: StateFile | undefined;
  /** Whole answers that may be given again without cost, by key and body. */
  readonly answerCache: AnswerCache;
  /** Unix ms of the simulator's own clock. */
  now(): number;
};

/** The simulator's time as ISO 8601. */
export function isoNow(world: World): string {
  return new Date(world.now()).toISOString();
}
