#!/usr/bin/env node
// `npm run bench -- <name>`: runs a benchmark.
import process from "node:process";
import { enter } from "./setup/enter.mjs";
import { prepare } from "./setup/prepare.mjs";
import { runScript } from "./setup/progress.mjs";

await runScript(async () => {
  await prepare();
  await enter("dist/bench/main.js", process.argv.slice(2));
});
