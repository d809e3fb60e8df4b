// Cursors: what was encoded is read back, everything else is 400.
import "reflect-metadata";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { InvalidInputError } from "#libs/errors/index";
import { decodeCursor, encodeCursor, PageQuery, pageOf, parseInput, TextField, toPage } from "./index.js";

test("a cursor carries its key through", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer(), fc.option(fc.string()), (id, at, note) => {
      fc.pre(!id.includes("\0") && !note?.includes("\0") && encodeCursor([id, at, note]).length <= 1024);
      assert.deepEqual(decodeCursor(encodeCursor([id, at, note]), ["string", "number", "string?"]), [id, at, note]);
    }),
  );
});

test("what is no cursor of this list is refused", () => {
  const bad = [
    "",
    "x",
    "====",
    "bnVsbA",
    encodeCursor([1]),
    encodeCursor(["a", "b"]),
    encodeCursor(["a", null]),
    "a".repeat(2000),
  ];
  for (const cursor of bad) {
    assert.throws(() => decodeCursor(cursor, ["string", "number"]), InvalidInputError, cursor);
  }
  fc.assert(
    fc.property(fc.string(), (cursor) => {
      assert.throws(() => decodeCursor(cursor, ["string", "number", "string", "number"]), InvalidInputError);
    }),
  );
});

test("the row beyond the limit only says that there is more", () => {
  const rows = [{ id: "a" }, { id: "b" }, { id: "c" }];
  const page = toPage(
    rows,
    2,
    (row) => [row.id],
    (row) => row.id,
  );
  assert.deepEqual(page.data, ["a", "b"]);
  assert.deepEqual(decodeCursor(page.nextCursor ?? "", ["string"]), ["b"]);
  assert.equal(
    toPage(
      rows,
      3,
      (row) => [row.id],
      (row) => row.id,
    ).nextCursor,
    null,
  );
  assert.deepEqual(
    toPage(
      [],
      3,
      () => [],
      () => 0,
    ),
    { data: [], nextCursor: null },
  );
});

test("limit is 1 to 100, 50 when not given", async () => {
  assert.equal((await parseInput(PageQuery, {}, { fromText: true })).limit, 50);
  assert.equal((await parseInput(PageQuery, { limit: "100" }, { fromText: true })).limit, 100);
  for (const limit of ["0", "101", "-1", "x"])
    await assert.rejects(parseInput(PageQuery, { limit }, { fromText: true }));
});

test("a view's page is one class with a name of its own", () => {
  class ThingView {
    @TextField()
    name!: string;
  }
  assert.equal(pageOf(ThingView), pageOf(ThingView));
  assert.equal(pageOf(ThingView).name, "ThingPage");
});
