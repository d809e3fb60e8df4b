// A small deterministic tokenizer: the same text has the same tokens, streamed or not.

/** Words in pieces of 8 letters with their leading blank, numbers by 3 digits, punctuation by 4; covers every character. */
const TOKEN = / ?[\p{L}\p{M}]{1,8}|\p{N}{1,3}|\s+|[^\s\p{L}\p{N}]{1,4}|[\s\S]/gu;

/** Splits a text into tokens; joined again they give exactly the text. */
export function tokenize(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** How many tokens a text has. */
export function countTokens(text: string): number {
  let count = 0;
  TOKEN.lastIndex = 0;
  while (TOKEN.test(text)) count += 1;
  return count;
}
