// The block splitter: however a text arrives, its blocks are those of the whole text, and nothing is lost or doubled.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Blocks, growBlocks, NO_BLOCKS, sourcesOf, splitBlocks } from "./blocks";

const raws = ({ blocks }: Blocks): string[] => blocks.map(({ raw }) => raw);

const fragment = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("word", "two words", "**bold", "**", "`code`", "$x^2$", "a | b", "1", "\\") },
  { weight: 3, arbitrary: fc.constantFrom("\n", "\n\n", " ", "\n\n\n") },
  {
    weight: 3,
    arbitrary: fc.constantFrom("\n# head\n", "\n- item", "\n  - deep", "\n1. one", "\n> quote", "\n---\n", "\n===\n"),
  },
  { weight: 2, arbitrary: fc.constantFrom("\n```ts\n", "\n```\n", "\n~~~\n", "\n    indented", "\n\ttab") },
  { weight: 2, arbitrary: fc.constantFrom("\n|-|-|\n", "\n| a | b |\n|---|---|\n| 1 | 2 |\n", "|") },
  { weight: 2, arbitrary: fc.constantFrom("$$", "\n$$\n", "\n\n$$\nE=mc^2\n\n- b\n$$\n\n") },
  { weight: 1, arbitrary: fc.constantFrom("<div>", "</div>\n", "\n<!-- x", "-->", "\n<script>", "<b>") },
  { weight: 1, arbitrary: fc.constantFrom("\n[a]: https://example.org\n", "[a][a]", "\n[^1]: note\n", "[^1]") },
);
const markdown = fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join(""));

test("joined, the blocks are the text", () => {
  fc.assert(
    fc.property(markdown, (text) => {
      expect(raws(splitBlocks(text)).join("")).toBe(text);
    }),
    { numRuns: 500 },
  );
});

test("cut anywhere, the blocks are those of one pass", () => {
  fc.assert(
    fc.property(markdown, fc.array(fc.nat(), { maxLength: 8 }), (text, cuts) => {
      const ends = [...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
      const grown = ends.reduce((blocks, end) => growBlocks(blocks, text.slice(0, end)), NO_BLOCKS);
      expect(raws(grown)).toEqual(raws(splitBlocks(text)));
    }),
    { numRuns: 2000 },
  );
});

test("token by token, too", () => {
  fc.assert(
    fc.property(markdown, (text) => {
      let grown = NO_BLOCKS;
      for (let end = 1; end <= text.length; end += 3) grown = growBlocks(grown, text.slice(0, end));
      grown = growBlocks(grown, text);
      expect(raws(grown)).toEqual(raws(splitBlocks(text)));
    }),
    { numRuns: 300 },
  );
});

test("what is settled stays the same object, so that it is not drawn again", () => {
  const before = splitBlocks("# one\n\ntwo\n\nthree\n\nfour");
  const after = growBlocks(before, `${before.text} and more\n\nfive`);
  expect(raws(after)).toEqual(["# one\n\n", "two\n\n", "three\n\n", "four and more\n\n", "five"]);
  expect(after.blocks[0]).toBe(before.blocks[0]);
  expect(after.blocks[1]).toBe(before.blocks[1]);
});

test("a text that was replaced is split anew", () => {
  const before = splitBlocks("one\n\ntwo\n\nthree\n\nfour");
  expect(raws(growBlocks(before, "other\n\ntext"))).toEqual(["other\n\n", "text"]);
});

test("a formula is one block, whatever stands in it; dollars in code are none", () => {
  expect(raws(splitBlocks("a\n\n$$\nx\n\n- y\n$$\n\nb"))).toEqual(["a\n\n", "$$\nx\n\n- y\n$$\n\n", "b"]);
  expect(raws(splitBlocks("```sh\necho $$\n```\n\nb\n\nc"))).toEqual(["```sh\necho $$\n```\n\n", "b\n\n", "c"]);
});

test("reference links know their definitions in every block, code does not define anything", () => {
  const sources = sourcesOf(
    splitBlocks("see [a]\n\nplain\n\n```md\n[b]: https://no.example\n```\n\n[a]: https://x.example\n"),
  );
  expect(sources[0]).toContain("[a]: https://x.example");
  expect(sources[0]).not.toContain("no.example");
  expect(sources[1]).toBe("plain\n\n");
});

test("a text with footnotes stays whole", () => {
  const text = "one[^1]\n\ntwo\n\n[^1]: note\n";
  expect(sourcesOf(splitBlocks(text))).toEqual([text]);
});
