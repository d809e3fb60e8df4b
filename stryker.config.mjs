// Mutation testing of what keeps secrets and decides on access: each change of the code must make a spec fail. How it is used: docs/mutation.md.
import { globSync } from "node:fs";

const FOLDERS = ["src/vault", "libs/sealing", "src/auth", "libs/secrets"];
const wanted = process.env.MUTATE?.split(",") ?? FOLDERS;
/** A file, or lines of one: `src/vault/sealing.ts:20-40`. */
const isFile = (path) => /\.ts(:|$)/.test(path);
/** What is changed: MUTATE, and of that MUTATION_PART=1/3 each third file. */
function sources() {
  const found = wanted.flatMap((path) => (isFile(path) ? [path] : globSync(`${path}/**/*.ts`).sort()));
  const [part, parts] = process.env.MUTATION_PART?.split("/").map(Number) ?? [1, 1];
  return found.filter(withLogic).filter((_, index) => index % parts === part - 1);
}
const folders = new Set(wanted.map((path) => (isFile(path) ? path.slice(0, path.lastIndexOf("/")) : path)));
const specs = process.env.MUTATION_SPECS?.split(",").map((path) => path.replace(/\.ts$/, ".js"));
/** Not what TypeScript erases, tables of words, or what Nest reads: there is no logic to change. */
const withLogic = (path) => !/(\.(spec|module|entity|dto|views|controller)|\/index)\.ts$/.test(path);

export default {
  mutate: sources(),
  testRunner: "tap",
  tap: {
    testFiles: (specs ?? [...folders].map((folder) => `${folder}/**/*.spec.js`)).map((path) => `dist/${path}`),
    nodeArgs: ["--test-reporter=tap", "--test-force-exit", "-r", "{{hookFile}}", "{{testFile}}"],
    forceBail: true,
  },
  // Stryker links node_modules into its copy only after the build: the copy is two folders below the real one.
  buildCommand: "node ../../node_modules/tsc7/bin/tsc -p tsconfig.json --incremental false",
  coverageAnalysis: "perTest",
  // What runs while a file is loaded would need every spec once more for each change.
  ignoreStatic: true,
  ignorePatterns: ["dist", "data", "docs/screenshots", "apps/web", "apps/simulator/data", "reports"],
  reporters: ["progress-append-only", "clear-text", "json"],
  jsonReporter: { fileName: "reports/mutation.json" },
  clearTextReporter: { allowColor: false, reportTests: false },
  concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 1),
  timeoutMS: 30_000,
  thresholds: { high: 95, low: 85, break: 85 },
  tempDirName: ".stryker-tmp",
};
