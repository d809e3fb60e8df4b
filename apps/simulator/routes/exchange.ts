// One request to a model, as the routes hand it on.
import type { ServerResponse } from "node:http";
import type { ApiKey } from "../state/accounts.js";
import type { CacheWish } from "../state/answer-cache.js";
import type { JournalEntry } from "../state/journal.js";
import type { World } from "../world.js";

/** The parts of one exchange over HTTP. */
export type Exchange = {
  readonly world: World;
  readonly res: ServerResponse;
  readonly journal: JournalEntry;
  readonly key: ApiKey;
  /** `openrouter_metadata` was asked for. */
  readonly wantsMetadata: boolean;
  readonly cache: CacheWish | undefined;
};
