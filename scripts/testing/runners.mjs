// Starts the test runners and brings back how many tests passed and failed.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";
import { inRoot, runtime } from "../setup/paths.mjs";

/** A spec file that takes longer hangs. Faults at many points take minutes. */
const FILE_LIMIT_MS = { together: 10 * 60_000, alone: 30 * 60_000 };

/** V8's compiled code is kept: most of a spec's process, and of each instance that it starts, is loading the same packages. */
const NODE_COMPILE_CACHE = inRoot("dist", ".compile-cache");

const NOTHING = { passed: 0, failed: 0, skipped: 0 };

/** Runs a program with our terminal. @returns whether it ended well */
function passes(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"], cwd: inRoot(), ...options });
    const handOn = (signal) => child.kill(signal);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, handOn);
    const done = (well) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(signal, handOn);
      resolve(well);
    };
    child.once("error", (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      done(false);
    });
    child.once("close", (code) => done(code === 0));
  });
}

/** Runs a check that has no tests of its own; it counts as one. */
export async function runCheck(command, args) {
  const well = await passes(command, args);
  return { passed: well ? 1 : 0, failed: well ? 0 : 1, skipped: 0 };
}

/** A runner that ends badly without a failed test, e.g. one that was killed, is one failure. */
async function counted(start, read) {
  const folder = mkdtempSync(join(tmpdir(), "parley-tally-"));
  try {
    const file = join(folder, "tally.json");
    const well = await start(file);
    let counts = NOTHING;
    try {
      counts = read(JSON.parse(readFileSync(file, "utf8")));
    } catch {
      process.stderr.write("The test runner ended before it had counted its tests.\n");
      return { ...NOTHING, failed: 1 };
    }
    return well || counts.failed > 0 ? counts : { ...counts, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs compiled specs with Node's runner.
 * @param atOnce files that run side by side
 * @returns counts, those of each file with a failure by the path of its compiled spec, and how long each file took
 */
export async function runSpecs(files, atOnce) {
  if (files.length === 0) return { ...NOTHING, failing: {}, seconds: {} };
  const reporter = inRoot("scripts", "testing", "tally-reporter.mjs");
  const limit = atOnce === 1 ? FILE_LIMIT_MS.alone : FILE_LIMIT_MS.together;
  const options = ["--enable-source-maps", "--test", `--test-concurrency=${atOnce}`, `--test-timeout=${limit}`];
  const {
    failing = {},
    seconds = {},
    ...counts
  } = await counted(
    (tally) => {
      const reporters = ["--test-reporter=spec", "--test-reporter-destination=stdout"];
      reporters.push(`--test-reporter=${reporter}`, `--test-reporter-destination=${tally}`);
      return passes(runtime(), [...options, ...reporters, ...files], { env: { ...process.env, NODE_COMPILE_CACHE } });
    },
    (read) => read,
  );
  // The runner names sources, by the source maps.
  const compiled = new Map(files.map((file) => [sourceOf(file), file]));
  const named = Object.entries(failing).map(([name, of]) => [compiled.get(name) ?? name, of]);
  return { ...counts, failing: Object.fromEntries(named), seconds };
}

/**
 * Runs lists of compiled specs side by side, one file of each at a time; who is through helps the other.
 * @returns what {@link runSpecs} says of each file
 */
export async function runLanes(lanes) {
  const results = [];
  const left = lanes.map((files) => [...files]);
  const next = (own) => own.shift() ?? left.toSorted((a, b) => b.length - a.length)[0]?.pop();
  const run = async (own) => {
    for (let file = next(own); file !== undefined; file = next(own)) results.push(await runSpecs([file], 1));
  };
  await Promise.all(left.map(run));
  return results;
}

const sourceOf = (file) => inRoot(relative(inRoot("dist"), file).replace(/\.js$/, ".ts"));

/** More files than this do not fail for want of time or CPU. */
const MOST_UNSTEADY = 4;

/**
 * Files that ran side by side had a part of the machine each: one that failed is run once more by itself, and counts as it
 * does there. Which ones these were is told, since they may hide a race.
 * @param results of {@link runSpecs}
 * @returns the counts of all, and `unsteady`: the files that passed only by themselves
 */
export async function onceMore(results) {
  const total = { ...NOTHING };
  for (const name of Object.keys(NOTHING)) for (const result of results) total[name] += result[name];
  const failing = Object.assign({}, ...results.map((result) => result.failing));
  const files = Object.keys(failing);
  if (files.length === 0 || files.length > MOST_UNSTEADY) return { ...total, unsteady: [] };
  process.stdout.write(`\n— Once more, each by itself: ${files.map((file) => relative(inRoot(), file)).join(", ")}\n`);
  const again = await runSpecs(files, 1);
  for (const name of Object.keys(NOTHING)) {
    total[name] += again[name] - files.reduce((sum, file) => sum + failing[file][name], 0);
  }
  return { ...total, unsteady: files.filter((file) => !again.failing[file]) };
}

/** Runs the web app's specs with Vitest. */
export async function runWebSpecs(paths) {
  if (paths.length === 0) return NOTHING;
  const vitest = inRoot("node_modules", "vitest", "vitest.mjs");
  return counted(
    (tally) => {
      const files = paths.map((path) => inRoot(...path.split("/")));
      const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${tally}`];
      return passes(runtime(), [vitest, "run", "--root", inRoot("apps", "web"), ...reporters, ...files]);
    },
    ({ numPassedTests, numFailedTests, numPendingTests, numTodoTests }) => ({
      passed: numPassedTests,
      failed: numFailedTests,
      skipped: numPendingTests + numTodoTests,
    }),
  );
}
