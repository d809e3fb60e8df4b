// Where things lie in this repository, and which Node runs them.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join, sep } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** better-sqlite3 13 crashes the process on anything older, without a message. */
const OLDEST_RUNTIME = 24;

const windows = process.platform === "win32";

/** A path below the repository's folder. */
export function inRoot(...parts) {
  return join(ROOT, ...parts);
}

/** The Node that package.json pins, as the npm package `node` unpacks it. */
export const PINNED_NODE = inRoot("node_modules", "node", "bin", windows ? "node.exe" : "node");

/** package.json, parsed. */
export function manifest() {
  return JSON.parse(readFileSync(inRoot("package.json"), "utf8"));
}

/** Whether the Node that runs this script may run Parley itself. */
export function runtimeIsRecent() {
  return Number(process.versions.node.split(".")[0]) >= OLDEST_RUNTIME;
}

/** The Node to run Parley with: the pinned one; a container image brings its own of the same version instead. */
export function runtime() {
  if (existsSync(PINNED_NODE)) return PINNED_NODE;
  if (runtimeIsRecent()) return process.execPath;
  return undefined;
}

function outsideOfModules(file) {
  try {
    return !realpathSync(file).startsWith(realpathSync(inRoot("node_modules")) + sep);
  } catch {
    return existsSync(file);
  }
}

/**
 * A Node that survives `npm ci`, which deletes node_modules and with it the pinned Node that may be running this script.
 */
export function systemNode() {
  const name = windows ? "node.exe" : "node";
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name));
  const candidates = [process.execPath, process.env.npm_node_execpath, ...onPath];
  return candidates.find((file) => file && existsSync(file) && outsideOfModules(file)) ?? process.execPath;
}
