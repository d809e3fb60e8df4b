// Which Redis is started, and what is said where there is none.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { findRedis, howToGetRedis } from "./find-redis.js";

const folder = mkdtempSync(join(tmpdir(), "parley-find-redis-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function program(...path: string[]): string {
  const file = join(folder, ...path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, "#!/bin/sh\n");
  chmodSync(file, 0o755);
  return file;
}

test("the first server on the PATH is taken, Redis or Valkey", async () => {
  const valkey = program("one", "valkey-server");
  const redis = program("two", "redis-server");
  assert.equal(await findRedis({ PATH: `${join(folder, "one")}:${join(folder, "two")}` }), valkey);
  assert.equal(await findRedis({ PATH: `${join(folder, "two")}:${join(folder, "one")}` }), redis);
});

test("what may not be executed is no server", async () => {
  chmodSync(program("three", "redis-server"), 0o644);
  const good = program("four", "redis-server");
  assert.equal(await findRedis({ PATH: `${join(folder, "three")}:${join(folder, "four")}` }), good);
});

test("every platform is told one way to get it, and REDIS_URL", () => {
  const ways = new Map<string, RegExp>([
    [howToGetRedis("linux", "debian"), /apt-get install redis-server/],
    [howToGetRedis("linux", "ubuntu debian"), /apt-get/],
    [howToGetRedis("linux", "fedora"), /dnf/],
    [howToGetRedis("linux", "alpine"), /apk/],
    [howToGetRedis("linux", "arch"), /pacman/],
    [howToGetRedis("linux", ""), /your system's packages/],
    [howToGetRedis("darwin"), /brew/],
    [howToGetRedis("win32"), /WSL/],
  ]);
  for (const [sentence, way] of ways) {
    assert.match(sentence, way);
    assert.match(sentence, /REDIS_URL/);
    assert.equal(sentence.includes("\n"), false);
  }
});
