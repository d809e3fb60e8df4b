// The size and shape of every source file, and a planted breach of each rule.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { test } from "node:test";
import { checkSource, SOURCE_RULES, type SourceRule } from "./source-rules.js";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const FOLDERS = ["apps", "bench", "libs", "src", "test"];

function* sourcesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "node_modules" && entry.name !== "dist") yield* sourcesBelow(path);
    } else if (/\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts")) yield path;
  }
}

const folders = FOLDERS.map((folder) => join(ROOT, folder)).filter((folder) => existsSync(folder));
const paths = folders.flatMap((folder) => [...sourcesBelow(folder)]);
const findings = paths.flatMap((path) =>
  checkSource(relative(ROOT, path).split(sep).join("/"), readFileSync(path, "utf8")),
);

test("all sources are read", () => {
  assert.ok(paths.length > 100, `only ${paths.length} files`);
});

for (const rule of SOURCE_RULES) {
  test(rule, () => {
    const broken = findings.filter((finding) => finding.rule === rule).map(({ at, what }) => `${at}: ${what}`);
    assert.deepEqual(broken, []);
  });
}

const WORTHY = "// Says what it is for.\nexport const answer: unknown = 42;\n";

/** What breaks each rule, and what only just keeps it. */
const PLANTS: Record<SourceRule, { breaks: [string, string]; keeps: [string, string] }> = {
  "a file has at most 350 lines": {
    breaks: ["src/chat/long.ts", `// Long.\n${"export {};\n".repeat(350)}`],
    keeps: ["src/chat/long.ts", `// Long.\n${"export {};\n".repeat(349)}`],
  },
  "a function has at most 50 lines": {
    breaks: ["src/chat/f.ts", `// F.\nexport function f() {\n${"  f;\n".repeat(49)}}\n`],
    keeps: ["src/chat/f.ts", `// F.\nexport function f() {\n${"  f;\n".repeat(48)}}\n`],
  },
  "a constructor has at most 6 parameters": {
    breaks: ["src/chat/c.ts", "// C.\nclass C { constructor(a: A, b: B, c: C, d: D, e: E, f: F, g: G) {} }\n"],
    keeps: ["src/chat/c.ts", "// C.\nclass C { constructor(a: A, b: B, c: C, d: D, e: E, f: F) {} }\n"],
  },
  "nothing is any": {
    breaks: ["libs/http/any.ts", "// Any.\nexport const parse = (text: string) => JSON.parse(text) as Array<any>;\n"],
    keeps: ["libs/http/any.ts", '// Any.\nexport const any = "any"; // any\n'],
  },
  "the environment is read by libs/config": {
    breaks: ["apps/api/main.ts", '// Main.\nexport const port = process.env["PORT"];\n'],
    keeps: ["libs/config/config.ts", '// Config.\nexport const port = process.env["PORT"];\n'],
  },
  "the first line says what the file is for": {
    breaks: ["src/chat/mute.ts", "export const answer = 42;\n// Says what it is for.\n"],
    keeps: ["src/chat/mute.ts", WORTHY],
  },
  "no vague names": {
    breaks: ["src/chat/chat.utils.ts", WORTHY],
    keeps: ["src/chat/base-url.ts", WORTHY],
  },
  "no barrels in src": {
    breaks: ["src/chat/index.ts", WORTHY],
    keeps: ["libs/chat/index.ts", WORTHY],
  },
};

for (const [rule, { breaks, keeps }] of Object.entries(PLANTS)) {
  test(`a planted breach is caught: ${rule}`, () => {
    assert.deepEqual(
      checkSource(...breaks).map((finding) => finding.rule),
      [rule],
    );
    assert.deepEqual(checkSource(...keeps), []);
  });
}
