// Asks the worker to colour code, and remembers what it answered.
import { useEffect, useState } from "react";
import type { CodeLine, HighlightAnswer, HighlightRequest } from "./highlight.types";
import { type Language, languageNamed } from "./languages";

/** Coloured blocks that are kept, so that scrolling back does not colour them again. */
const KEPT = 300;
/** Longer code stays plain: colouring it would take seconds and many spans, characters. */
const MAX_CODE = 60_000;

const known = new Map<string, CodeLine[] | null>();
const waiting = new Map<number, (lines: CodeLine[] | null) => void>();
let worker: Worker | undefined;
let lastId = 0;

function remember(key: string, lines: CodeLine[] | null): void {
  known.delete(key);
  known.set(key, lines);
  const oldest = known.keys().next();
  if (known.size > KEPT && !oldest.done) known.delete(oldest.value);
}

function start(): Worker {
  const started = new Worker(new URL("./highlight.worker.ts", import.meta.url), { type: "module" });
  started.onmessage = ({ data }: MessageEvent<HighlightAnswer>) => {
    waiting.get(data.id)?.(data.lines);
    waiting.delete(data.id);
  };
  started.onerror = () => {
    // Without a worker code stays plain text; that is all that is lost.
    for (const resolve of waiting.values()) resolve(null);
    waiting.clear();
  };
  return started;
}

function highlight(language: Language, code: string): Promise<CodeLine[] | null> {
  worker ??= start();
  const request: HighlightRequest = { id: ++lastId, language, code };
  return new Promise((resolve) => {
    waiting.set(request.id, resolve);
    worker?.postMessage(request);
  });
}

/**
 * The coloured lines of a code block; null until they are there, and for what has no grammar.
 * @param enabled false while the block is still being written
 */
export function useHighlighted(code: string, name: string | undefined, enabled: boolean): CodeLine[] | null {
  const language = languageNamed(name);
  const key = `${language}\n${code}`;
  const [found, setFound] = useState<{ key: string; lines: CodeLine[] | null } | null>(null);
  const cached = known.get(key);
  useEffect(() => {
    if (!enabled || language === null || code.length > MAX_CODE || known.has(key)) return;
    let gone = false;
    highlight(language, code).then((lines) => {
      remember(key, lines);
      if (!gone) setFound({ key, lines });
    });
    return () => {
      gone = true;
    };
  }, [enabled, language, code, key]);
  if (cached !== undefined) return cached;
  return found?.key === key ? found.lines : null;
}
