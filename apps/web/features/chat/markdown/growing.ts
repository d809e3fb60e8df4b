// What only a growing text needs: loaded behind the page, because a finished text is parsed as a whole.
export { type Blocks, growBlocks, NO_BLOCKS, sourcesOf } from "./blocks";

import remend from "remend";

/** Completes half-typed markup at the end of a text, so that bold, code and lists look right while they come. */
export function completed(source: string): string {
  return remend(source, { linkMode: "text-only", images: false, htmlTags: false });
}
