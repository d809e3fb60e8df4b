// Hands this process over to a built entry file, on the Node that Parley needs.
import { existsSync, realpathSync } from "node:fs";
import * as modules from "node:module";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { become } from "./child.mjs";
import { inRoot, runtime } from "./paths.mjs";
import { PlainFault } from "./progress.mjs";

function isThisNode(node) {
  try {
    return realpathSync(node) === realpathSync(process.execPath);
  } catch {
    return false;
  }
}

/**
 * Runs an entry file: in this process when it is the right Node already, else in a child that takes its place.
 * @param entry path below the repository's folder, e.g. "dist/apps/api/main.js"
 * @param args what the entry finds in process.argv after its own path
 */
export async function enter(entry, args = []) {
  const file = inRoot(...entry.split("/"));
  const node = runtime();
  if (!node) throw new PlainFault('The packages are not installed. Run "npm start" once, or "npm run build".');
  if (!existsSync(file)) throw new PlainFault(`${entry} has not been built. Run "npm run build".`);
  if (!isThisNode(node)) {
    await become(node, [file, ...args]);
    return;
  }
  // V8's compiled code is kept, so that the next start need not compile it again.
  modules.enableCompileCache?.(inRoot("dist", ".compile-cache"));
  process.argv = [process.execPath, file, ...args];
  await import(pathToFileURL(file).href);
}
