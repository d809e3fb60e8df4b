// Dependencies: pinned, explained, and installable from any registry.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

interface Lockfile {
  packages: Record<string, { version?: string; resolved?: string; optionalDependencies?: Record<string, string> }>;
}

/** A version that means one release; an alias names one too. */
const EXACT = /^(npm:(@[^/]+\/)?[^@]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/;
const HOST = /https?:\/\/|git[+:]|\bregistry\./;

function unpinned({ dependencies, devDependencies }: Manifest): string[] {
  const all = Object.entries({ ...dependencies, ...devDependencies });
  return all.filter(([, version]) => !EXACT.test(version)).map(([name, version]) => `${name}: ${version}`);
}

/** Names that lack a line, have two, or have one that says nothing; and lines of packages that are gone. */
function unexplained({ dependencies, devDependencies }: Manifest, document: string): string[] {
  const names = Object.keys({ ...dependencies, ...devDependencies });
  const lines = [...document.matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)].map(([, name = "", why = ""]) => ({ name, why }));
  const wrong = names.filter((name) => lines.filter((line) => line.name === name && line.why.length > 5).length !== 1);
  return [...wrong, ...lines.map(({ name }) => name).filter((name) => !names.includes(name))];
}

/** Entries that name a host: an install must work from whatever registry is configured. */
function hosts(lock: Lockfile): string[] {
  const named = Object.entries(lock.packages).filter(
    ([, entry]) => HOST.test(entry.resolved ?? "") || HOST.test(entry.version ?? ""),
  );
  return named.map(([path]) => path);
}

/** Optional packages that `npm ci` would miss in the lockfile, see scripts/complete-lockfile.mjs. */
function missing({ packages }: Lockfile): string[] {
  const found = (path: string, name: string): boolean => {
    for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
      if (packages[`${at ? `${at}/` : ""}node_modules/${name}`]) return true;
      if (at === "") return false;
    }
  };
  return Object.entries(packages).flatMap(([path, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name, version]) => EXACT.test(version) && !found(path, name))
      .map(([name]) => `${name} of ${path}`),
  );
}

const manifest = JSON.parse(read("package.json")) as Manifest;
const lock = JSON.parse(read("package-lock.json")) as Lockfile;

test("every dependency is pinned to one release", () => {
  assert.deepEqual(unpinned(manifest), []);
  const planted = { a: "^1.0.0", b: "1.x", c: "latest", d: "github:a/b", e: "npm:e@^1.0.0" };
  assert.equal(unpinned({ dependencies: planted, devDependencies: {} }).length, 5);
});

test("every dependency is explained once in docs/dependencies.md", () => {
  assert.deepEqual(unexplained(manifest, read("docs/dependencies.md")), []);
  const planted = { dependencies: { a: "1.0.0" }, devDependencies: { b: "1.0.0", c: "1.0.0" } };
  const document = "| `a` | for something |\n| `b` |  |\n| `gone` | for something |\n";
  assert.deepEqual(unexplained(planted, document), ["b", "c", "gone"]);
});

test("the lockfile names no host and misses no platform package", () => {
  assert.ok(Object.keys(lock.packages).length > 100);
  assert.deepEqual(hosts(lock), []);
  assert.deepEqual(missing(lock), []);
  const planted = {
    packages: {
      "node_modules/a": {
        version: "1.0.0",
        resolved: "https://example.test/a.tgz",
        optionalDependencies: { "a-linux": "1.0.0", "a-mac": "1.0.0" },
      },
      "node_modules/a-linux": { version: "1.0.0" },
    },
  };
  assert.deepEqual(hosts(planted), ["node_modules/a"]);
  assert.deepEqual(missing(planted), ["a-mac of node_modules/a"]);
});
