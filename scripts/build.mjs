#!/usr/bin/env node
// `npm run build`: installs what is missing and builds everything; `-- --stale` builds only what is stale.
import process from "node:process";
import { prepare } from "./setup/prepare.mjs";
import { runScript } from "./setup/progress.mjs";

await runScript(() => prepare({ always: !process.argv.includes("--stale") }));
