// The demo: answers in markdown about the product itself, chosen by what was asked.
import { listData, readData } from "../data-files.js";

/** When each answer fits. The first match wins; the order is from special to general. */
const TOPICS: readonly (readonly [string, RegExp])[] = [
  ["long", /\b(long|story|essay|detailed|in depth|everything|article)\b/i],
  ["code", /\b(code|function|script|program|typescript|javascript|python|sql|snippet|curl|api call)\b/i],
  ["table", /\b(table|compare|comparison|columns?)\b/i],
  ["math", /\b(math|formula|equation|integral|latex|katex|probability|proof)\b/i],
  ["key", /\b(key|openrouter|real model|connect|setup|set up)\b/i],
  ["cost", /\b(costs?|prices?|pricing|money|cheap|expensive|token|ledger|bill)\b/i],
  ["budget", /\b(budgets?|limits?|quota|spend)\b/i],
  ["vault", /\b(vault|secrets?|encrypt\w*|security|secure|safe)\b/i],
  ["retention", /\b(retention|delet\w*|privacy|gdpr|purge)\b/i],
  ["resume", /\b(resume|reconnect|crash|kill|reload|lost|reliab\w*)\b/i],
  ["list", /\b(list|steps|bullet|todo|checklist)\b/i],
  ["tools", /\b(tools?|function call\w*)\b/i],
  ["about", /\b(parley|what (?:is|are|can)|who|help|features?|about|how)\b/i],
  ["greeting", /^\W*(hi|hello|hey|hallo|good (?:morning|evening|day)|moin|servus|thanks|thank you)\b/i],
];

/** Answers that say by themselves that this is the simulator, or are no answers. */
const SAYS_SO_ITSELF = new Set(["greeting", "default", "thinking", "key"]);

/** Short words that make no good title. */
const DULL = new Set(
  "a an and are as at be can could do for from give how i in is it me my of on or please show tell that the this to what with you write".split(
    " ",
  ),
);

/** The demo answers, read once. */
export class Demo {
  private readonly answers: ReadonlyMap<string, string>;

  constructor(dataDir: string) {
    const names = listData(dataDir, "answers", ".md");
    this.answers = new Map(names.map((name) => [name, readData(dataDir, "answers", `${name}.md`).trim()]));
  }

  /** The markdown answer to a question, for a model. */
  answer(question: string, modelName: string): string {
    const greeting = TOPICS.at(-1)?.[1].test(question) === true && question.length < 40;
    const topic = greeting ? "greeting" : (TOPICS.find(([, words]) => words.test(question))?.[0] ?? "default");
    return this.render(topic, modelName, question);
  }

  /** The answer to a tool's result. */
  afterTool(result: string, modelName: string): string {
    return this.render("after-tool", modelName, result.slice(0, 400));
  }

  /** What it "thinks" before it answers. */
  thinking(question: string): string {
    return this.render("thinking", "", question.slice(0, 80));
  }

  private render(name: string, modelName: string, question: string): string {
    const body = this.answers.get(name) ?? this.answers.get("default") ?? "";
    const text = SAYS_SO_ITSELF.has(name) ? body : `${body}\n\n${this.answers.get("footer") ?? ""}`;
    const quoted = question.replaceAll(/\s+/g, " ").trim().slice(0, 120);
    return text.replaceAll("{{model}}", () => modelName).replaceAll("{{question}}", () => quoted);
  }
}

/** True for a request that wants a title: a small token limit and the word itself in the instructions. */
export function wantsTitle(maxTokens: number | undefined, prompt: string): boolean {
  return maxTokens !== undefined && maxTokens <= 64 && /\btitle\b/i.test(prompt);
}

/** A title of up to five words from what was said. */
export function titleOf(texts: readonly string[]): string {
  const topic =
    texts.find((text) => text !== "" && !/\btitle\b/i.test(text)) ?? texts.at(-1)?.split(/[:\n]/).at(-1) ?? "";
  const words = topic.match(/[\p{L}\p{N}'’-]+/gu) ?? [];
  const kept = words.filter((word) => !DULL.has(word.toLowerCase())).slice(0, 5);
  const title = (kept.length > 0 ? kept : words.slice(0, 5)).join(" ");
  return title === "" ? "New conversation" : title.charAt(0).toUpperCase() + title.slice(1);
}
