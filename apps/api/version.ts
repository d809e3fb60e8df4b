// The release that runs, as package.json names it.
import { readFileSync } from "node:fs";

/** Semantic version of this release. */
export const VERSION = readVersion();

function readVersion(): string {
  // dist/apps/api → the repository's root.
  const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
