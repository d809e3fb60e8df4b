#!/usr/bin/env node
// `npm test`: installs and builds what is missing, then runs every test. The last line is "N passed, N failed".
import { existsSync } from "node:fs";
import { relative } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { inRoot, runtime } from "./setup/paths.mjs";
import { prepare } from "./setup/prepare.mjs";
import { PlainFault } from "./setup/progress.mjs";
import { ensureChromium, ensureRedis } from "./testing/needs.mjs";
import { onceMore, runCheck, runLanes, runSpecs, runWebSpecs } from "./testing/runners.mjs";
import { findSpecs, isWanted, webSpecs } from "./testing/specs.mjs";

const HELP = `npm test [-- options] [-- part-of-a-path …]

Runs every test against real Redis, SQLite and PostgreSQL; with parts of paths, only the specs whose path holds one of
them ("lint" and "types" are the checks of the sources).

  --no-browser   leave out the specs that need Chromium
  --help         this text
`;

const total = { passed: 0, failed: 0, skipped: 0 };
const remarks = [];

function add(counts) {
  for (const name of Object.keys(total)) total[name] += counts[name];
}

/** A fault outside of any test counts as one. */
function countFault(error) {
  process.stderr.write(`${error instanceof PlainFault ? error.message : (error?.stack ?? error)}\n`);
  total.failed += 1;
}

function heading(text) {
  process.stdout.write(`\n— ${text}\n`);
}

async function checkSources(filters) {
  if (isWanted("lint", filters)) {
    heading("Lint and format");
    add(
      await runCheck(runtime(), [
        inRoot("node_modules", "@biomejs", "biome", "bin", "biome"),
        "check",
        "--diagnostic-level=error",
        ".",
      ]),
    );
  }
  if (existsSync(inRoot("apps", "web", "tsconfig.json")) && isWanted("types", filters)) {
    heading("Types of the web app");
    const compiler = inRoot("node_modules", "tsc7", "bin", "tsc");
    add(await runCheck(runtime(), [compiler, "--noEmit", "-p", inRoot("apps", "web", "tsconfig.json")]));
  }
}

/** Browser specs that cannot run are failures, unless they were left out on purpose. */
async function withoutUnrunnable(specs, noBrowser) {
  const inBrowser = specs.filter((spec) => spec.browser);
  if (inBrowser.length === 0) return specs;
  const others = specs.filter((spec) => !spec.browser);
  if (noBrowser) {
    remarks.push(`Left out: ${inBrowser.length} browser spec files (--no-browser).`);
    return others;
  }
  const problem = await ensureChromium();
  if (!problem) return specs;
  remarks.push(problem);
  add({ passed: 0, failed: inBrowser.length, skipped: 0 });
  return others;
}

const isFilled = (list) => list.length > 0;

/** So many of the slowest files are named. */
const SLOWEST = 8;

/** Runs specs, and says how long they took. @returns undefined where there is nothing to run */
async function underHeading(text, files, run) {
  if (!isFilled(files)) return undefined;
  heading(text);
  const began = performance.now();
  const results = await run(files);
  const times = [results].flat().flatMap(({ seconds }) => Object.entries(seconds));
  const slowest = times.sort(([, a], [, b]) => b - a).slice(0, SLOWEST);
  const named = slowest.map(([file, seconds]) => `${relative(inRoot(), file)} ${seconds} s`).join(", ");
  heading(`${text}: ${Math.round((performance.now() - began) / 1_000)} s, longest ${named}`);
  return results;
}

async function runAll(filters, noBrowser) {
  await prepare({ onFault: countFault });
  await checkSources(filters);
  const web = webSpecs(filters);
  if (web.length > 0) heading("The web app");
  add(await runWebSpecs(web));
  let specs = findSpecs(filters);
  if (specs.length === 0) return;
  await ensureRedis();
  specs = await withoutUnrunnable(specs, noBrowser);
  const of = (wanted) => specs.filter(({ kind }) => kind === wanted).map(({ file }) => file);
  const units = await underHeading("Units", of("unit"), (files) => runSpecs(files, 2));
  // A browser and an instance need about a core each.
  const lanes = [of("browser"), of("instance")];
  const instances = await underHeading("Whole instances", lanes.filter(isFilled), runLanes);
  const { unsteady, ...counts } = await onceMore([units, instances].flat().filter(Boolean));
  add(counts);
  for (const file of unsteady)
    remarks.push(`Failed beside another file, passed by itself: ${relative(inRoot(), file)}`);
  const alone = await underHeading("What needs the machine for itself", of("alone"), (files) => runSpecs(files, 1));
  if (alone) add(alone);
}

function options() {
  try {
    return parseArgs({
      options: { "no-browser": { type: "boolean" }, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    process.exit(1);
  }
}

const { values, positionals } = options();
if (values.help) {
  process.stdout.write(HELP);
} else {
  try {
    await runAll(positionals, values["no-browser"] === true);
  } catch (error) {
    countFault(error);
  }
  if (total.passed + total.failed === 0) remarks.push("No test was run.");
  if (total.skipped > 0) remarks.push(`${total.skipped} skipped.`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
  process.stdout.write(
    `\n${remarks.map((line) => `${line}\n`).join("")}${total.passed} passed, ${total.failed} failed\n`,
  );
}
