#!/usr/bin/env node
// `npm run lock`: updates package-lock.json and adds the platform packages that npm left out of it.
//
// npm drops optional packages that the registry in use does not serve (those for macOS and Windows, say), and `npm ci`
// then refuses the lockfile that `npm install` has just written. Adding them by name and version satisfies both.
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { run } from "./setup/child.mjs";
import { inRoot } from "./setup/paths.mjs";
import { runScript, withProgress } from "./setup/progress.mjs";

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const OS = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const CPUS = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64", "wasm32"];

function wordsOf(name) {
  const words = name.split(/[^a-z0-9]+/).map((word) => (word === "windows" ? "win32" : word));
  return words.map((word) => (word === "loongarch64" ? "loong64" : word));
}

/** The platforms that a platform package is for, read from its name, which is all that is known of it. */
function platforms(name) {
  const words = wordsOf(name);
  const os = OS.filter((word) => words.includes(word));
  const cpu = CPUS.filter((word) => words.includes(word));
  const libc = words.includes("musl") ? ["musl"] : words.some((word) => word.startsWith("gnu")) ? ["glibc"] : [];
  const found = { cpu, libc, os };
  return Object.fromEntries(Object.entries(found).filter(([, values]) => values.length > 0));
}

function isThere(packages, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    if (packages[`${at ? `${at}/` : ""}node_modules/${name}`]) return true;
    if (at === "") return false;
  }
}

/**
 * Adds what is missing to a parsed lockfile.
 * @returns the names that were added; those without an exact version cannot be, and are in `unknown`
 */
export function completeLockfile(lock) {
  const { packages } = lock;
  const added = [];
  const unknown = [];
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isThere(packages, path, name)) continue;
      if (!EXACT.test(version)) {
        unknown.push(`${name}@${version}`);
        continue;
      }
      const kind = entry.dev || entry.devOptional ? { dev: true } : {};
      packages[`node_modules/${name}`] = { version, ...platforms(name), ...kind, optional: true };
      added.push(`${name}@${version}`);
    }
  }
  lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { added, unknown };
}

async function main() {
  const file = inRoot("package-lock.json");
  if (!process.argv.includes("--only-complete")) {
    await withProgress("Updating package-lock.json", () => {
      const args = ["install", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved"];
      return run("npm", [...args, "--no-audit", "--no-fund"], { cwd: inRoot(), fault: "npm could not update it" });
    });
  }
  const lock = JSON.parse(readFileSync(file, "utf8"));
  const { added, unknown } = completeLockfile(lock);
  for (const entry of Object.values(lock.packages)) delete entry.resolved;
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  for (const name of added) process.stdout.write(`added ${name}\n`);
  for (const name of unknown) process.stdout.write(`left out, since its version is a range: ${name}\n`);
  process.stdout.write(`${added.length} platform packages added, ${unknown.length} left out.\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await runScript(main);
