// When a start may skip the migrations, and when it may not.
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadConfig } from "#libs/config/config";
import { freePort } from "./ports.js";
import { Schema } from "./schema.js";

const folder = mkdtempSync(join(tmpdir(), "parley-schema-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const build = join(folder, "build");
const config = loadConfig({ DATA_DIR: join(folder, "data") });
const database = join(config.dataDir, "parley.db");

function built(sources: string): void {
  writeFileSync(build, `sizes and times\n${sources}\n`);
}

test("a schema is current from the migration until the build or the database changes", async () => {
  built("one");
  assert.equal(new Schema(config, build).isCurrent(), false);
  assert.ok((await new Schema(config, build).migrate()) > 0);
  assert.equal(new Schema(config, build).isCurrent(), true);

  built("two");
  assert.equal(new Schema(config, build).isCurrent(), false);
  assert.equal(await new Schema(config, build).migrate(), 0);
  assert.equal(new Schema(config, build).isCurrent(), true);

  copyFileSync(database, join(folder, "copy"));
  rmSync(database);
  assert.equal(new Schema(config, build).isCurrent(), false);
  copyFileSync(join(folder, "copy"), database);
  assert.equal(new Schema(config, build).isCurrent(), false);
});

test("without the stamp of a build nothing is taken for granted", async () => {
  const schema = new Schema(config, join(folder, "none"));
  await schema.migrate();
  assert.equal(schema.isCurrent(), false);
});

test("a database that cannot be opened is a plain fault that says why", async () => {
  const encrypted = loadConfig({ DATA_DIR: join(folder, "encrypted"), DATABASE_KEY: "a key of the tests, 42 times" });
  await new Schema(encrypted, build).migrate();
  // Only opening it tells whether the key is right.
  assert.equal(new Schema(encrypted, build).isCurrent(), false);
  const wrong = loadConfig({ DATA_DIR: join(folder, "encrypted"), DATABASE_KEY: "another key of the tests" });
  await assert.rejects(
    new Schema(wrong, build).migrate(),
    /DATABASE_KEY is not the key of .*parley\.db, or that is no SQLite file/,
  );
  const url = `postgres://nobody:hidden@127.0.0.1:${await freePort()}/parley`;
  const away = loadConfig({ DATA_DIR: join(folder, "away"), DATABASE_URL: url });
  await assert.rejects(new Schema(away, build).migrate(), /cannot be opened: .*ECONNREFUSED/);
});
