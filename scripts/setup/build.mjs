// Builds what is stale: the server by tsc 7 into dist, the web app by Vite into dist/web.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { run } from "./child.mjs";
import { isProductionInstall } from "./install.mjs";
import { inRoot, runtime } from "./paths.mjs";
import { withProgress } from "./progress.mjs";

const SERVER_FOLDERS = ["apps", "bench", "libs", "src", "test"];
const SERVER_FILES = ["package-lock.json", "package.json", "tsconfig.json"];
const WEB_FOLDERS = ["apps/web", "libs/client"];
const WEB_FILES = ["package-lock.json"];
const NOT_SOURCES = new Set(["node_modules", "dist", ".cache"]);

function* filesBelow(folder, skip = () => false) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (NOT_SOURCES.has(entry.name) || skip(path)) continue;
    if (entry.isDirectory()) yield* filesBelow(path, skip);
    else yield path;
  }
}

function serverSources() {
  const web = inRoot("apps", "web");
  const below = SERVER_FOLDERS.flatMap((folder) => [...filesBelow(inRoot(folder), (path) => path === web)]);
  const compiled = below.filter((path) => extname(path) === ".ts");
  return [...compiled, ...SERVER_FILES.map((file) => inRoot(file))].sort();
}

function webSources() {
  const spec = /\.spec\.tsx?$/;
  const below = WEB_FOLDERS.flatMap((folder) => [...filesBelow(inRoot(folder), (path) => spec.test(path))]);
  return [...below, ...WEB_FILES.map((file) => inRoot(file))].sort();
}

function digest(sources, describe) {
  const hash = createHash("sha256");
  for (const path of sources)
    hash
      .update(`${relative(inRoot(), path)}\0`)
      .update(describe(path))
      .update("\0");
  return hash.digest("hex");
}

function sizesAndTimes(path) {
  const { size, mtimeMs } = statSync(path);
  return `${size} ${mtimeMs}`;
}

function stampOf(sources) {
  return `${digest(sources, sizesAndTimes)}\n${digest(sources, readFileSync)}\n`;
}

/** One thing that is built from sources, with a stamp of the sources that it was built from. */
class Product {
  constructor({ label, stamp, result, sources, make }) {
    Object.assign(this, { label, stamp: inRoot("dist", stamp), result: inRoot(...result), sources, make });
  }

  /** Compares sizes and times first; a checkout that only touched files is told from a change by content. */
  isFresh() {
    if (!existsSync(this.result)) return false;
    const sources = this.sources();
    const [looks, content] = this.stamped();
    if (digest(sources, sizesAndTimes) === looks) return true;
    if (digest(sources, readFileSync) !== content) return false;
    this.write(stampOf(sources));
    return true;
  }

  stamped() {
    try {
      return readFileSync(this.stamp, "utf8").split("\n");
    } catch {
      return [];
    }
  }

  write(stamp) {
    mkdirSync(dirname(this.stamp), { recursive: true });
    writeFileSync(this.stamp, stamp);
  }

  async build() {
    // Taken before the build: what is saved while it runs is stale again.
    const sources = this.sources();
    const stamp = stampOf(sources);
    rmSync(this.stamp, { force: true });
    await withProgress(this.label, this.make);
    this.write(stamp);
  }
}

/** Removes what an earlier build made of sources that are gone: a deleted test must not run again. */
function removeLeftovers() {
  for (const folder of SERVER_FOLDERS) {
    for (const path of filesBelow(inRoot("dist", folder))) {
      const built = /^(.*)\.(js|js\.map|d\.ts)$/.exec(relative(inRoot("dist"), path));
      if (built && !existsSync(inRoot(`${built[1]}.ts`))) rmSync(path);
    }
  }
}

const server = new Product({
  label: "Building the server",
  stamp: ".server-stamp",
  result: ["dist", "apps", "launcher", "main.js"],
  sources: serverSources,
  make: async () => {
    const compiler = inRoot("node_modules", "tsc7", "bin", "tsc");
    await run(runtime(), [compiler, "-p", inRoot("tsconfig.json")], {
      cwd: inRoot(),
      fault: "The server does not compile",
    });
    removeLeftovers();
  },
});

const web = new Product({
  label: "Building the web app",
  stamp: ".web-stamp",
  result: ["dist", "web", "index.html"],
  sources: webSources,
  make: async () => {
    const vite = inRoot("node_modules", "vite", "bin", "vite.js");
    const args = [vite, "build", inRoot("apps", "web"), "--outDir", inRoot("dist", "web"), "--emptyOutDir"];
    await run(runtime(), [...args, "--logLevel", "warn"], { cwd: inRoot(), fault: "The web app does not build" });
  },
});

function products() {
  if (isProductionInstall()) return [];
  return existsSync(inRoot("apps", "web", "vite.config.ts")) ? [server, web] : [server];
}

/** Whether everything that is built is newer than its sources. */
export function isBuilt() {
  return products().every((product) => product.isFresh());
}

/**
 * Builds what is stale.
 * @param always build even what is fresh
 * @param onFault told what does not build, so that the rest goes on; without it, the first fault is thrown
 */
export async function ensureBuilt({ always = false, onFault } = {}) {
  for (const product of products()) {
    if (!always && product.isFresh()) continue;
    try {
      await product.build();
    } catch (error) {
      if (!onFault) throw error;
      onFault(error);
    }
  }
}
