#!/usr/bin/env node
// `node scripts/run.mjs dist/apps/api/main.js`: runs a built entry file on the Node that Parley needs, for production.
import process from "node:process";
import { enter } from "./setup/enter.mjs";
import { PlainFault, runScript } from "./setup/progress.mjs";

await runScript(async () => {
  const [entry, ...args] = process.argv.slice(2);
  if (!entry) throw new PlainFault("Usage: node scripts/run.mjs <entry file below dist> [arguments]");
  await enter(entry, args);
});
