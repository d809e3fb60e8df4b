#!/usr/bin/env node
// `npm run mutation`: changes the code of vault and access here and there, and sees whether a spec fails each time (stryker.config.mjs).
import { delimiter, dirname } from "node:path";
import process from "node:process";
import { become } from "./setup/child.mjs";
import { inRoot, runtime } from "./setup/paths.mjs";
import { prepare } from "./setup/prepare.mjs";
import { runScript } from "./setup/progress.mjs";
import { ensureRedis } from "./testing/needs.mjs";

await runScript(async () => {
  await prepare();
  await ensureRedis();
  // Stryker starts "node" by its name: it has to be the one that Parley needs.
  process.env.PATH = [dirname(runtime()), process.env.PATH].join(delimiter);
  const stryker = inRoot("node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
  await become(runtime(), [stryker, "run", ...process.argv.slice(2)]);
});
