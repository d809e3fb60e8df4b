// Where the catalog, the recordings and the demo answers are found at run time.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The data folder in the source tree, seen from the compiled file in `dist/apps/simulator`. */
export const DEFAULT_DATA_DIR = resolve(fileURLToPath(new URL("../../../apps/simulator/data", import.meta.url)));

/** One text file of the data folder. */
export function readData(dir: string, ...path: readonly string[]): string {
  return readFileSync(join(dir, ...path), "utf8");
}

/** Names of a folder's files with this ending, without it, sorted. */
export function listData(dir: string, folder: string, ending: string): string[] {
  return readdirSync(join(dir, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .sort();
}
