// What the page and the colouring worker tell each other.

/** Text and the kind of token it is ("keyword", "string", …; "" for none). */
export type CodeToken = readonly [text: string, kind: string];
export type CodeLine = readonly CodeToken[];

export interface HighlightRequest {
  id: number;
  /** A name from languages.ts. */
  language: string;
  code: string;
}

export interface HighlightAnswer {
  id: number;
  /** Null: it could not be coloured. */
  lines: CodeLine[] | null;
}
