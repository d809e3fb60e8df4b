// Field decorators: what passes, what is refused and under which path, and that the document says the same.
import "reflect-metadata";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { InvalidInputError } from "#libs/errors/index";
import {
  BoolField,
  DateTimeField,
  EnumField,
  IntField,
  JsonField,
  ListField,
  MoneyField,
  ObjectField,
  oneOf,
  parseInput,
  TextField,
  UuidField,
  uuid,
} from "./index.js";

class Item {
  @UuidField()
  id!: string;

  @IntField({ min: 0, max: 10, optional: true })
  weight?: number;
}

class Input {
  @TextField({ min: 1, max: 5 })
  name!: string;

  @TextField({ optional: true, nullable: true })
  note?: string | null;

  @EnumField(["up", "down"], { optional: true })
  rating?: string;

  @BoolField({ optional: true })
  on?: boolean;

  @DateTimeField({ optional: true })
  at?: string;

  @MoneyField({ optional: true })
  limitUsd?: string;

  @JsonField({ optional: true })
  params?: Record<string, unknown>;

  @ListField(() => Item, { optional: true, max: 3 })
  items?: Item[];

  @ListField(uuid(), { optional: true, unique: true })
  ids?: string[];

  @ListField(oneOf(["a", "b"]), { optional: true })
  letters?: string[];

  @ObjectField(() => Item, { optional: true, nullable: true })
  first?: Item | null;

  @IntField({ optional: true })
  limit = 50;
}

const ID = "01a207b2-04a3-748f-939f-cdb7715b7530";

async function faults(value: unknown, fromText = false): Promise<Record<string, string>> {
  try {
    await parseInput(Input, value, { fromText });
    return {};
  } catch (error) {
    assert.ok(error instanceof InvalidInputError, String(error));
    assert.equal(error.status, 400);
    return Object.fromEntries((error.errors ?? []).map(({ path, message }) => [path, message]));
  }
}

test("a right input becomes the class, with defaults, nested classes and untouched JSON", async () => {
  const params = { temperature: 0.1, deep: { list: [1, null, "x"] } };
  const input = await parseInput(Input, { name: "ok", note: null, params, items: [{ id: ID }], first: null });
  assert.ok(input instanceof Input);
  assert.ok(input.items?.[0] instanceof Item);
  assert.deepEqual(input.params, params);
  assert.equal(input.limit, 50);
  assert.equal(input.note, null);
});

test("every fault is named by its path", async () => {
  assert.deepEqual(await faults({}), { name: "is required" });
  assert.deepEqual(await faults({ name: null }), { name: "must be text" });
  assert.deepEqual(await faults({ name: "" }), { name: "must not be empty" });
  assert.deepEqual(await faults({ name: "too long" }), { name: "must have at most 5 characters" });
  assert.deepEqual(await faults({ name: "x", rating: "sideways" }), { rating: "must be one of up, down" });
  assert.deepEqual(await faults({ name: "x", limit: "5" }), { limit: "must be a whole number" });
  assert.deepEqual(await faults({ name: "x", limit: 1.5 }), { limit: "must be a whole number" });
  assert.deepEqual(await faults({ name: "x", on: "true" }), { on: "must be true or false" });
  assert.deepEqual(await faults({ name: "x", limitUsd: 5 }), {
    limitUsd: 'must be a decimal amount as text, such as "12.50"',
  });
  assert.deepEqual(await faults({ name: "x", at: "2026-02-30T00:00:00Z" }), { at: "must be a day that exists" });
  assert.deepEqual(await faults({ name: "x", ids: [ID, ID] }), { ids: "must not repeat an item" });
  assert.deepEqual(await faults({ name: "x", ids: [ID, "y"] }), { ids: "item 1 must be a UUID" });
  assert.deepEqual(await faults({ name: "x", rating: null }), { rating: "must be one of up, down" });
});

test("unknown and reserved fields are refused wherever they are", async () => {
  assert.deepEqual(await faults({ name: "x", workspaceId: ID }), { workspaceId: "is not a known field" });
  assert.deepEqual(await faults({ name: "x", items: [{ id: ID, ownerId: ID }] }), {
    "items[0].ownerId": "is not a known field",
  });
  for (const key of ["constructor", "toString", "hasOwnProperty", "valueOf", "__proto__"]) {
    const body = JSON.parse(`{"name":"x","${key}":{"polluted":true}}`);
    assert.deepEqual(await faults(body), { [key]: "is not a known field" }, key);
  }
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
});

test("nested faults have nested paths", async () => {
  assert.deepEqual(await faults({ name: "x", items: [{ id: ID }, { id: 7, weight: 11 }] }), {
    "items[1].id": "must be a UUID",
    "items[1].weight": "must be at most 10",
  });
  assert.deepEqual(await faults({ name: "x", first: { id: "no" } }), { "first.id": "must be a UUID" });
  assert.deepEqual(await faults({ name: "x", first: [] }), { first: "must be an object" });
  assert.deepEqual(await faults({ name: "x", items: { id: ID } }), { items: "must be a list" });
  assert.deepEqual(await faults({ name: "x", items: [1] }), { "items[0]": "must be an object" });
});

test("bodies that are no objects, too deep or endless are refused before any class is made", async () => {
  assert.deepEqual(await faults([]), { "": "The body must be a JSON object" });
  assert.deepEqual(await faults("text"), { "": "The body must be a JSON object" });
  let deep: unknown = {};
  for (let level = 0; level < 40; level++) deep = { a: deep };
  const found = await faults({ name: "x", params: deep });
  assert.equal(Object.values(found)[0], "must not be nested deeper than 32");
  assert.deepEqual(await faults({ name: "x", ids: Array.from({ length: 2_001 }, () => ID) }), {
    ids: "must have at most 2000 items",
  });
});

test("query strings: numbers, flags and repeated fields are read out of text", async () => {
  const input = await parseInput(
    Input,
    { name: "x", limit: "7", on: "true", ids: ID, letters: ["a", "b"] },
    { fromText: true },
  );
  assert.deepEqual([input.limit, input.on, input.ids, input.letters], [7, true, [ID], ["a", "b"]]);
  for (const limit of ["", " 7", "0x10", "1e3", "seven", "NaN", "1.5"]) {
    assert.deepEqual(await faults({ name: "x", limit }, true), { limit: "must be a whole number" }, limit);
  }
  assert.deepEqual(await faults({ name: ["x", "y"] }, true), { name: "must be text" });
});

test("text that a database could not keep as it is, is refused", async () => {
  for (const name of ["a\0b", "\ud800"]) {
    assert.deepEqual(await faults({ name }), { name: "must not hold NUL or broken Unicode characters" });
  }
  // Five code points, ten UTF-16 units.
  assert.deepEqual(await faults({ name: "😀😀😀😀😀" }), {});
});

test("no input whatever makes the pipe throw anything else", async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.boolean(), async (value, fromText) => {
      await faults(value, fromText);
    }),
    { numRuns: 300 },
  );
});
