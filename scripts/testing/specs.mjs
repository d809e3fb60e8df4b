// Finds the compiled specs, and sorts them by how they have to be run.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { inRoot } from "../setup/paths.mjs";

/** These boot whole instances. */
const INSTANCES = ["test/e2e/", "test/probes/"];
/** These measure, or bring a machine to its limits: nothing else runs beside them. */
const ALONE = ["test/faults/", "test/e2e/budget-races", "test/e2e/fair-turns", "test/e2e/launcher"];
/** "browser" as a word of the path: test/browser/x.spec.ts, x.browser.spec.ts, test/e2e/browser.spec.ts. */
const IN_A_BROWSER = /(^|[/.-])browser([/.-]|$)/;

function* specsBelow(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "node_modules") yield* specsBelow(path);
    } else if (entry.name.endsWith(".spec.js")) yield path;
  }
}

/** Drives Chromium, by its name or by what it imports. */
function isBrowserSpec(source, file) {
  return IN_A_BROWSER.test(source) || /from "playwright-core"/.test(readFileSync(file, "utf8"));
}

function kindOf(source, file) {
  const isIn = (folders) => folders.some((start) => source.startsWith(start));
  if (isIn(ALONE)) return "alone";
  if (isBrowserSpec(source, file)) return "browser";
  return isIn(INSTANCES) ? "instance" : "unit";
}

/** Whether a path is meant by the filters: no filter means all. */
export function isWanted(path, filters) {
  return filters.length === 0 || filters.some((filter) => path.includes(filter));
}

/**
 * The compiled specs, each with its kind (unit, browser, instance, alone), whose source is there and is meant by the filters.
 * @param filters parts of source paths, e.g. "libs/openrouter" or "resume"
 */
export function findSpecs(filters) {
  const specs = [];
  for (const folder of ["apps", "bench", "libs", "src", "test"]) {
    for (const file of specsBelow(inRoot("dist", folder))) {
      const compiled = relative(inRoot("dist"), file).split(sep).join("/");
      const source = compiled.replace(/\.js$/, ".ts");
      if (!isWanted(source, filters) || !existsSync(inRoot(...source.split("/")))) continue;
      specs.push({ file, source, kind: kindOf(source, file) });
    }
  }
  return specs.sort((a, b) => (a.source < b.source ? -1 : 1));
}

/** Whether the web app has specs of its own that are meant by the filters. */
export function webSpecs(filters) {
  const found = [];
  const walk = (folder) => {
    if (!existsSync(folder)) return;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (/\.spec\.tsx?$/.test(entry.name)) found.push(relative(inRoot(), path).split(sep).join("/"));
    }
  };
  if (existsSync(inRoot("apps", "web", "vite.config.ts"))) walk(inRoot("apps", "web"));
  return found.filter((path) => isWanted(path, filters)).sort();
}
