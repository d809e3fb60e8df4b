// The list of all scenario switches: what exists, what it takes, what it does. The README's table is this list.

/** One switch of a `sim/…` model id or a `[[sim: …]]` directive. */
export type Switch = {
  readonly name: string;
  readonly group:
    | "normal"
    | "time"
    | "HTTP errors"
    | "broken streams"
    | "bytes"
    | "shape"
    | "money"
    | "late data"
    | "replay";
  /** What the value is; empty for a plain flag. */
  readonly takes: string;
  readonly does: string;
};

const rows = (group: Switch["group"], lines: readonly (readonly [string, string, string])[]): Switch[] =>
  lines.map(([name, takes, does]) => ({ name, group, takes, does }));

/** Every switch, in the order of the table. */
export const SWITCHES: readonly Switch[] = [
  ...rows("normal", [
    ["plain", "", "a short sentence; what `sim/` does without a switch"],
    ["tokens", "N", "numbered tokens `t0 t1 t2 …`, N of them, one piece and one counted token each"],
    ["words", "N", "prose of about N words"],
    ["huge", "", "the same as `words:5500`"],
    ["text", "words", 'this text; in a directive `text="two words"`'],
    ["echo", "", "the last user message without its directive"],
    ["unicode", "", "emoji, joined emoji, CJK, combining marks and right-to-left text"],
    ["reasoning", "text, summary, encrypted", "reasoning first, in that form"],
    ["reasoning-tokens", "N", "N numbered reasoning tokens `r0 r1 …` first"],
    ["tool", "N", "N calls (1) of the offered tools, else of `get_weather`"],
    ["schema", "", "an instance of `response_format`'s schema (done by itself when one is sent)"],
    ["refusal", "", "a refusal and no content"],
    ["annotations", "", "two `url_citation` annotations"],
    ["image", "bytes", "an image of about that size (600) as data URL; 1500000 is one huge event"],
    ["content-filter", "", "stops half-way with `content_filter`"],
    ["empty", "", "no tokens, `finish_reason` null, cost 0"],
    ["title", "", "a title of a few words"],
  ]),
  ...rows("time", [
    ["rate", "tokens/s", "pace; 0 = as fast as possible"],
    ["first", "ms", "time from headers to the first token, with comments meanwhile"],
    ["comment", "ms", "time between comments while waiting (500); 0 = none"],
    ["gap", "ms", "time between two chunks, instead of `rate`"],
    ["stall", "ms", "one pause of this length, after `after` chunks (half-way)"],
    ["hang", "", "after the headers nothing more comes; with `after:N`, after N chunks"],
    ["hang-before", "", "not even headers come"],
    ["delay", "ms", "time from the headers to the body of an answer without stream"],
    ["headers-delay", "ms", "time until the headers"],
  ]),
  ...rows("HTTP errors", [
    ["error", "name", "one of the errors in the second table"],
    ["flaky", "N", "the first N requests with this key and prompt fail (`error`, 503 else), then it works"],
    ["retry-after", "seconds", "adds the header to the error"],
  ]),
  ...rows("broken streams", [
    ["after", "N", "where the fault happens: after N chunks (half-way)"],
    ["stream-error", "int, string, recorded, no-choices", "an error object in the stream"],
    ["error-code", "N", "the code in that object (502)"],
    ["reset-before", "", "the connection is reset before the headers; with `billed` it is charged all the same"],
    ["reset", "", "the connection is reset"],
    ["close", "", "the connection is closed in the middle of the chunked body"],
    ["end", "", "the body ends well-formed, but without finish_reason and [DONE]"],
    ["no-done", "", "only [DONE] is missing"],
    ["garbage", "", "an event with broken JSON, then it goes on"],
    ["no-sse", "", "lines that are no SSE, then it goes on"],
    ["half", "", "ends in the middle of an event"],
    ["billed", "", "see `reset-before`"],
  ]),
  ...rows("bytes", [
    [
      "bytes",
      "cut, one, many, crlf, cr, tight, comments, multiline",
      "how the events lie in the bytes; several joined by `+`",
    ],
  ]),
  ...rows("shape", [
    [
      "usage",
      "last, empty, null-finish, missing, twice",
      "where the usage stands: repeats the last choice (default), empty `choices`, …",
    ],
    ["served", "name", "`model` in the answer is this name"],
    ["debug", "", "a first chunk with empty `choices` and `debug`"],
    ["unknown", "", "unknown fields everywhere"],
    ["role", "once, never", "`role` only in the first delta, or in none, instead of in each"],
    ["nulls", "", "null for `tool_calls`, `system_fingerprint`, `logprobs` in each chunk"],
    ["in-choice", "", "without stream: the error of `stream-error` stands in the choice, beside the partial message"],
  ]),
  ...rows("money", [
    ["as", "model id", "price list and limits of this catalog model (openai/gpt-4o-mini)"],
    ["provider", "name", "display name; decides whether a cancel stops billing"],
    ["cancel", "yes, no", "whether a cancel stops billing, whatever the provider"],
    ["prompt", "N", "counts the prompt as N tokens (overrides by length)"],
    ["cached", "N", "N prompt tokens read from the cache"],
    ["written", "N", "N prompt tokens written to it (5 minutes)"],
    ["written-1h", "N", "N prompt tokens written to it (1 hour)"],
    ["byok", "allowance, fee", "own provider key: no fee, or 5 % of the list price"],
    ["free", "", "price 0"],
    ["search", "N", "N native web searches at the model's price"],
    ["fee", "USD", "a plugin fee, such as 0.007 for one Exa search"],
    ["no-cost", "", "usage without `cost`; only `/generation` knows it"],
  ]),
  ...rows("late data", [
    ["generation", "ms, never", "when `/generation` knows the call, after its end"],
    ["corrected", "USD", "`/generation` and the bill have this cost, usage another"],
  ]),
  ...rows("replay", [["replay", "name", "a recording by file name, as the model id `replay/<name>` does"]]),
];

const KNOWN = new Map(SWITCHES.map((entry) => [entry.name, entry]));
const NUMBERS = new Set(["N", "ms", "tokens/s", "seconds", "bytes"]);
const ANYTHING = new Set(["name", "words", "model id"]);
/** More tokens or words than this would only fill the memory. */
const LARGEST_COUNT = 2_000_000;
const NUMBER = /^\d+(\.\d+)?$/;

/** True for the name of a switch. */
export function isSwitch(name: string): boolean {
  return KNOWN.has(name);
}

function fits(takes: string, value: string): boolean {
  if (value === "" || ANYTHING.has(takes)) return true;
  if (takes === "N" && Number(value) > LARGEST_COUNT) return false;
  if (NUMBERS.has(takes)) return NUMBER.test(value);
  if (takes === "USD") return /^\d+(\.\d+)?(e-\d+)?$/.test(value);
  const choices = takes.split(", ");
  return value.split("+").every((part) => choices.includes(part) || (choices.includes("ms") && NUMBER.test(part)));
}

/** True when a switch takes this value; the empty value stands for its default. */
export function takesValue(name: string, value: string): boolean {
  return fits(KNOWN.get(name)?.takes ?? "", value);
}
