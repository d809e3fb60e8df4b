// Splits markdown into its top-level blocks, so that while text streams only the last one is parsed and drawn anew.
import { getDefaults, Lexer, type Token, Tokenizer } from "marked";

/** A top-level block with the blank lines behind it, and the definitions of reference links that stand in it. */
interface Block {
  readonly raw: string;
  readonly definitions: string;
}

/** A text cut into blocks, and what all of them may refer to. */
export interface Blocks {
  readonly text: string;
  /** Their `raw`, joined, is the text. */
  readonly blocks: readonly Block[];
}

export const NO_BLOCKS: Blocks = { text: "", blocks: [] };

/** Appended text can still change this many blocks at the end: a paragraph becomes a table or a heading, a list goes on. */
const OPEN_BLOCKS = 2;
const FOOTNOTE = /^ {0,3}\[\^[^\]\s]+\]:/m;
const DEFINITION = /^ {0,3}\[[^\]\n]+\]:[ \t]*\S[^\n]*(?:\n|$)/gm;
const INDENTED = /^(?: {4}| {0,3}\t)/;
const REFERENCE = /\[[^\]\n]+\](?!\()/;

/** Splits a whole text. Line ends must be "\n". */
export function splitBlocks(text: string): Blocks {
  return { text, blocks: blocksOf(text) };
}

/**
 * Splits a text that may have grown since `before`, lexing only its end again.
 * @returns the same blocks as {@link splitBlocks}; those that did not change are the same objects
 */
export function growBlocks(before: Blocks, text: string): Blocks {
  if (text === before.text) return before;
  if (before.blocks.length <= OPEN_BLOCKS || !text.startsWith(before.text)) return splitBlocks(text);
  const kept = before.blocks.slice(0, -OPEN_BLOCKS);
  const start = kept.reduce((length, { raw }) => length + raw.length, 0);
  return { text, blocks: [...kept, ...blocksOf(text.slice(start))] };
}

/**
 * What is to be parsed on its own, block by block: reference links get the definitions that they need. A text with
 * footnotes stays whole, because their numbers and their place at the end belong to all of it.
 */
export function sourcesOf({ text, blocks }: Blocks): string[] {
  const definitions = blocks.map((block) => block.definitions).join("");
  if (definitions === "") return blocks.map(({ raw }) => raw);
  if (FOOTNOTE.test(definitions)) return [text];
  return blocks.map(({ raw }) => (REFERENCE.test(raw) ? `${raw}\n\n${definitions}` : raw));
}

interface Piece {
  raw: string;
  definitions: string;
  /** May hold the border of a formula. */
  math: boolean;
}

/** Definitions stay paragraphs: the lexer would drop a repeated one, and then its pieces would not add up to the text. */
class PlainTokenizer extends Tokenizer {
  override def(): undefined {
    return undefined;
  }
}

const OPTIONS = { ...getDefaults(), gfm: true, tokenizer: new PlainTokenizer() };

function blocksOf(text: string): Block[] {
  const pieces: Piece[] = [];
  let cursor = 0;
  for (const token of new Lexer(OPTIONS).blockTokens(text, [])) {
    // A token's raw may be tidied, but it is as long as what it stands for.
    const end = cursor + token.raw.length;
    addPiece(pieces, token, text.slice(cursor, end));
    cursor = end;
  }
  return joinMath(pieces);
}

function addPiece(pieces: Piece[], token: Token, raw: string): void {
  const last = pieces.at(-1);
  if (last && belongsToLast(token)) {
    last.raw += raw;
    return;
  }
  const definitions = token.type === "paragraph" ? (raw.match(DEFINITION) ?? []).join("") : "";
  pieces.push({ raw, definitions, math: token.type !== "code" && token.type !== "html" });
}

/** Blank lines, and indented lines (which continue a footnote) do not begin a block. */
function belongsToLast(token: Token): boolean {
  return token.type === "space" || (token.type === "code" && INDENTED.test(token.raw));
}

/** A formula between two `$$` may hold blank lines and what looks like lists: it is one block all the same. */
function joinMath(pieces: Piece[]): Block[] {
  const blocks: Piece[] = [];
  let open = false;
  for (const piece of pieces) {
    const last = blocks.at(-1);
    if (open && last) {
      last.raw += piece.raw;
      last.definitions += piece.definitions;
    } else blocks.push(piece);
    if ((open || piece.math) && piece.raw.split("$$").length % 2 === 0) open = !open;
  }
  return blocks.map(({ raw, definitions }) => ({ raw, definitions }));
}
