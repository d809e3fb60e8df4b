// About how many tokens the next message will cost, and how much, before it is sent.
import type { Message, Model } from "@parley/client";
import { times } from "~/ui/money";

export interface Estimate {
  tokens: number;
  /** Null while the price is not known, or varies. */
  costUsd: string | null;
}

/** English text and code come to about four characters a token in the common tokenizers; only good for a rough figure. */
const CHARS_PER_TOKEN = 4;

/**
 * The prompt of the next call: what the last answer's call held, and what has been written since.
 * @returns null when nothing is written
 */
export function estimate(branch: readonly Message[], draft: string, model: Model | undefined): Estimate | null {
  if (draft.trim() === "") return null;
  const lastCounted = branch.findLastIndex(({ usage }) => usage != null);
  const usage = branch[lastCounted]?.usage;
  const counted = usage ? usage.promptTokens + usage.completionTokens : 0;
  const since = branch.slice(lastCounted + 1).reduce((length, { content }) => length + content.length, draft.length);
  const tokens = counted + Math.ceil(since / CHARS_PER_TOKEN);
  const price = model?.pricing.promptUsd ?? null;
  return { tokens, costUsd: price === null ? null : times(tokens, price) };
}
