// Colours code off the main thread: a cold grammar takes longer to compile than many frames.
import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import { grammarOf } from "./grammars";
import type { CodeLine, HighlightAnswer, HighlightRequest } from "./highlight.types";

const PREFIX = "--shiki-";
const theme = createCssVariablesTheme({ name: "variables", variablePrefix: PREFIX, fontStyle: false });
const highlighter: Promise<HighlighterCore> = createHighlighterCore({
  themes: [theme],
  langs: [],
  engine: createJavaScriptRegexEngine({ forgiving: true }),
});

async function colour({ language, code }: HighlightRequest): Promise<CodeLine[]> {
  const shiki = await highlighter;
  if (!shiki.getLoadedLanguages().includes(language)) await shiki.loadLanguage(await grammarOf(language));
  // The default limit of time a line gives wrong colours on a slow or cold machine.
  const lines = shiki.codeToTokensBase(code, { lang: language, theme: "variables", tokenizeTimeLimit: 0 });
  return lines.map((line) => line.map(({ content, color = "" }) => [content, kindOf(color)] as const));
}

/** "var(--shiki-token-keyword)" → "keyword"; ordinary text has no kind. */
function kindOf(color: string): string {
  const name = color.startsWith(`var(${PREFIX}token-`) ? color.slice(`var(${PREFIX}token-`.length, -1) : "";
  return /^[a-z-]*$/.test(name) ? name : "";
}

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<HighlightRequest>) => void) | null;
  postMessage(answer: HighlightAnswer): void;
};

scope.onmessage = ({ data }) => {
  colour(data).then(
    (lines) => scope.postMessage({ id: data.id, lines }),
    () => scope.postMessage({ id: data.id, lines: null }),
  );
};
