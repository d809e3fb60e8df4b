// What the page and the colouring worker tell each other.

import type { Language } from "./languages";

/** Text and the kind of token it is ("keyword", "string", …; "" for none). */
export type CodeToken = readonly [text: string, kind: string];
export type CodeLine = readonly CodeToken[];

export interface HighlightRequest {
  id: number;
  language: Language;
  code: string;
}

export interface HighlightAnswer {
  id: number;
  /** Null: it could not be coloured. */
  lines: CodeLine[] | null;
}
