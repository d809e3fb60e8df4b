#!/usr/bin/env node
// `npm start`: installs what is missing, builds what is stale, then runs the launcher. Needs Node 20.19 and nothing installed.
import { resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { enter } from "./setup/enter.mjs";
import { ROOT } from "./setup/paths.mjs";
import { prepare } from "./setup/prepare.mjs";
import { PlainFault, runScript } from "./setup/progress.mjs";

const HELP = `Parley: a self-hosted chat platform over OpenRouter.

  npm start [-- options]

Installs what is missing, builds what is stale, then starts Redis, the API and the worker, and the bundled
OpenRouter simulator when there is no provider key. Ctrl-C ends all of it in order; a second Ctrl-C at once.

  --port <number>       port of the API and the web app (PORT, default 3000)
  --host <address>      address to listen on (HOST, default 127.0.0.1)
  --data-dir <folder>   where all data is kept (DATA_DIR, default ./data)
  --no-simulator        do not start the simulator (PARLEY_SIMULATOR=0)
  --verbose             show every line that the processes write (PARLEY_VERBOSE=1)
  --help                this text

Environment: OPENROUTER_API_KEY and OPENROUTER_BASE_URL (a real provider), REDIS_URL (your own Redis),
DATABASE_URL (PostgreSQL), and more: docs/operating.md. Every secret can be given as a file: NAME_FILE.
`;

const LOOK_AT_NPM_EVERY_MS = 1_000;

const OPTIONS = {
  port: { type: "string" },
  host: { type: "string" },
  "data-dir": { type: "string" },
  "no-simulator": { type: "boolean" },
  verbose: { type: "boolean" },
  help: { type: "boolean", short: "h" },
};

function options() {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    throw new PlainFault(`${error.message}\n\n${HELP}`);
  }
}

function applyToEnvironment(values) {
  if (values.port !== undefined) {
    if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
      throw new PlainFault(`--port must be a number from 0 to 65535, not "${values.port}".`);
    }
    process.env.PORT = values.port;
  }
  if (values.host !== undefined) process.env.HOST = values.host;
  // npm runs scripts in the package's folder and keeps the caller's in INIT_CWD.
  if (values["data-dir"]) process.env.DATA_DIR = resolve(process.env.INIT_CWD ?? process.cwd(), values["data-dir"]);
  if (values["no-simulator"]) process.env.PARLEY_SIMULATOR = "0";
  if (values.verbose) process.env.PARLEY_VERBOSE = "1";
}

/** npm hands signals on to us, but nothing tells us when npm itself is killed: then nobody could end Parley any more. */
function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const npm = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(look);
    process.kill(process.pid, "SIGTERM");
  }, LOOK_AT_NPM_EVERY_MS);
  look.unref();
}

await runScript(async () => {
  const values = options();
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  applyToEnvironment(values);
  endWithNpm();
  process.chdir(ROOT);
  await prepare();
  await enter("dist/apps/launcher/main.js");
});
