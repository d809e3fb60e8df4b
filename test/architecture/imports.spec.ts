// The direction of imports, on the real tree, and on planted trees that break each rule once.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { featureCycle, readImports } from "./import-graph.js";
import { IMPORT_RULES } from "./import-rules.js";

const ROOT = join(import.meta.dirname, "..", "..", "..");

/** What is planted for each rule: a file and its content. Every other file of the planted tree keeps all rules. */
const PLANTS: Record<string, [file: string, content: string]> = {
  "no cycles": ["src/chat/cycle-a.ts", 'import "./cycle-b.js";'],
  "every import is found": ["src/chat/lost.ts", 'import "./nowhere.js";'],
  "libs import no src, no apps": ["libs/http/up.ts", 'import "#src/chat/free";'],
  "src imports no apps": ["src/chat/up.ts", 'import "../../apps/api/free.js";'],
  "apps do not import each other": ["apps/worker/across.ts", 'import "../api/free.js";'],
  "the simulator knows no code of Parley": ["apps/simulator/spy.ts", 'import "#libs/http/index";'],
  "the client imports no server code": ["libs/client/server.ts", 'import "ioredis";'],
  "the web app imports the client alone": ["apps/web/features/deep.tsx", 'import "#src/chat/free";'],
  "a lib is entered by its index": ["libs/queues/deep.ts", 'import type {} from "#libs/http/inner";'],
  "a lib is entered by its index, from outside of libs too": ["src/chat/deep.ts", 'import "#libs/http/inner";'],
  "only libs/queues imports Bull": ["src/chat/queue.ts", 'import Bull from "bull";'],
  "only the API's queue dashboard imports Bull Board": ["apps/worker/board.ts", 'import "@bull-board/api";'],
  "the ORM stays in entities, repositories and libs/database": [
    "src/chat/chat.service.ts",
    'import { In } from "typeorm";',
  ],
  "auth imports no feature": ["src/auth/nosy.ts", 'import type { Free } from "#src/chat/free";'],
  "nobody imports retention": ["src/chat/sweep.ts", 'import "#src/retention/free";'],
  "usage and analytics know no chat": ["src/usage/nosy.ts", 'import "#src/chat/free";'],
  "what runs in production is in dependencies": ["src/chat/dev.ts", 'import fc from "fast-check";'],
};

const INNOCENT: Record<string, string> = {
  "src/chat/cycle-b.ts": 'import "./cycle-a.js";',
  "src/chat/free.ts": "export type Free = string;",
  "src/retention/free.ts": "export {};",
  "apps/api/free.ts": "export {};",
  "apps/api/dashboard.ts": 'import "@bull-board/api";',
  "libs/http/index.ts": 'export * from "./inner.js";',
  "libs/http/inner.ts": "export {};",
  "libs/queues/index.ts": 'import "bull"; import "#libs/http/index";',
  "src/chat/chat.entity.ts": 'import { Entity } from "typeorm";',
  "src/chat/chat.spec.ts": 'import fc from "fast-check"; import "./free.js";',
  "apps/api/main.ts": 'import "#src/chat/free"; import "#libs/http/index";',
};

const folder = mkdtempSync(join(tmpdir(), "parley-planted-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function plant(files: Record<string, string>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${content}\n`);
  }
}

function plantPackages(): void {
  const dependencies = { "@bull-board/api": "1.0.0", bull: "1.0.0", ioredis: "1.0.0", typeorm: "1.0.0" };
  const devDependencies = { "fast-check": "1.0.0" };
  plant({ "package.json": JSON.stringify({ name: "planted", type: "module", dependencies, devDependencies }) });
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    plant({
      [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: "1.0.0", main: "index.js" }),
      [`node_modules/${name}/index.js`]: "module.exports = {};",
    });
  }
}

const real = readImports(ROOT);

test("imports go from apps to src to libs, and through the doors", async () => {
  const { breaches, imports } = await real;
  assert.ok(imports.size > 100, `only ${imports.size} files were read`);
  assert.ok(imports.get("apps/api/main.ts")?.includes("libs/config/index.ts"), "aliases are not followed");
  assert.deepEqual(
    breaches.map(({ rule, from, to }) => `${rule}: ${from} → ${to}`),
    [],
  );
});

test("features form no cycle", async () => {
  const { imports } = await real;
  assert.equal(featureCycle(imports)?.join(" → "), undefined);
});

test("a cycle of features is seen where files form none", () => {
  const imports = new Map([
    ["src/chat/a.ts", ["src/usage/a.ts"]],
    ["src/usage/b.ts", ["src/vault/b.ts"]],
    ["src/vault/c.ts", ["src/chat/c.ts"]],
  ]);
  assert.deepEqual(featureCycle(imports), ["chat", "usage", "vault", "chat"]);
  imports.delete("src/vault/c.ts");
  assert.equal(featureCycle(imports), undefined);
});

test("each rule catches what is planted against it, and nothing else", async (context) => {
  plantPackages();
  plant({ ...INNOCENT, ...Object.fromEntries(Object.values(PLANTS)) });
  const { breaches } = await readImports(folder);
  for (const { name } of IMPORT_RULES) {
    await context.test(name ?? "", () => {
      const planted = PLANTS[name ?? ""];
      assert.ok(planted, "nothing is planted against this rule");
      const caught = breaches.filter(({ rule, from }) => rule === name && from === planted[0]);
      assert.ok(caught.length > 0, JSON.stringify(breaches));
    });
  }
  const planted = new Map(Object.entries(PLANTS).map(([name, [file]]) => [file, name]));
  const innocent = breaches.filter(({ rule, from }) => planted.get(from) !== rule);
  assert.deepEqual(innocent, []);
});
