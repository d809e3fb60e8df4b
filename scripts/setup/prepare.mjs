// Makes a checkout runnable: packages, pinned Node, build. Quick when all of it is there.
import process from "node:process";
import { ensureBuilt, isBuilt } from "./build.mjs";
import { exclusively } from "./exclusive.mjs";
import { ensureInstalled, isInstalled } from "./install.mjs";

/**
 * Installs what is missing and builds what is stale; of several processes, one does it and the others wait.
 * @param always build even what is fresh
 * @param onFault see ensureBuilt
 */
export async function prepare({ always = false, onFault } = {}) {
  if (!always && isInstalled() && isBuilt()) return;
  const onWait = () => process.stderr.write("Another process is installing or building here; waiting for it …\n");
  await exclusively(async () => {
    await ensureInstalled();
    await ensureBuilt({ always, onFault });
  }, onWait);
}
