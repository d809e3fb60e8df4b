// What is written can be read back, and is never a formula.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { csvLine } from "./csv.js";

/** A reader of RFC 4180, apart from the writer. */
function read(line: string): string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length - 2) {
    if (line[at] === '"') {
      let text = "";
      for (at += 1; !(line[at] === '"' && line[at + 1] !== '"'); at += 1) {
        if (line[at] === '"') at += 1;
        text += line[at];
      }
      cells.push(text);
      at += 2;
    } else {
      const end = line.slice(at).search(/,|\r\n/);
      cells.push(line.slice(at, at + end));
      at += end + 1;
    }
  }
  return cells;
}

test("every text comes back, with an apostrophe where it could be a formula", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 6 }), (cells) => {
      const back = read(csvLine(cells));
      assert.equal(back.length, cells.length);
      for (const [n, cell] of cells.entries())
        assert.ok(back[n] === cell || back[n] === `'${cell}`, JSON.stringify(cell));
    }),
  );
});

test("nothing is a formula, and numbers stay numbers", () => {
  assert.equal(
    csvLine(["=1+1", "+x", "@SUM(A1)", "-2+3", "-2.5", 'say "hi", now', 7, null, true]),
    `'=1+1,'+x,'@SUM(A1),'-2+3,-2.5,"say ""hi"", now",7,,true\r\n`,
  );
});
