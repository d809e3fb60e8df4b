// Mutation testing of what keeps secrets and decides on access: each change of the code must make a spec fail.
// MUTATE=src/vault/sealing.ts,… narrows it down; specs of the same folders are run, or those that MUTATION_SPECS=src/vault/sealing.spec.ts,… names.
const FOLDERS = ["src/vault", "libs/sealing", "src/auth", "libs/secrets"];
const wanted = process.env.MUTATE?.split(",") ?? FOLDERS;
/** A file, or lines of one: `src/vault/sealing.ts:20-40`. */
const isFile = (path) => /\.ts(:|$)/.test(path);
const sources = wanted.flatMap((path) => (isFile(path) ? [path] : [`${path}/**/*.ts`]));
const folders = new Set(wanted.map((path) => (isFile(path) ? path.slice(0, path.lastIndexOf("/")) : path)));
const specs = process.env.MUTATION_SPECS?.split(",").map((path) => path.replace(/\.ts$/, ".js"));
/** No logic to change: what TypeScript erases, tables of words, what Nest reads. */
const WITHOUT_LOGIC = ["*.spec", "*.module", "*.entity", "*.dto", "*.views", "*.controller", "index"];

export default {
  mutate: [...sources, ...WITHOUT_LOGIC.map((name) => `!**/${name}.ts`)],
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
