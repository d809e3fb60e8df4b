#!/usr/bin/env node
// `npx parley`: the operator's command line.
import process from "node:process";
import { enter } from "./setup/enter.mjs";
import { prepare } from "./setup/prepare.mjs";
import { runScript } from "./setup/progress.mjs";

await runScript(async () => {
  await prepare();
  await enter("dist/apps/cli/main.js", process.argv.slice(2));
});
