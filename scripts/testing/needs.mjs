// What the tests need beside the packages: a Redis server, and Chromium for the browser specs.
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { run } from "../setup/child.mjs";
import { inRoot } from "../setup/paths.mjs";
import { PlainFault, withProgress } from "../setup/progress.mjs";

const CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const CHROMIUM_ELSEWHERE = [
  "/usr/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Finds Redis, or has the launcher fetch it, and puts its folder on the PATH of what is started later. */
export async function ensureRedis() {
  const entry = inRoot("dist", "apps", "launcher", "redis", "find-redis.js");
  const { findRedis } = await import(pathToFileURL(entry).href);
  try {
    const onFetch = () => process.stderr.write("Fetching Redis from Debian's packages …\n");
    const server = await findRedis(process.env, onFetch);
    process.env.PATH = [process.env.PATH, dirname(server)].filter(Boolean).join(delimiter);
  } catch (error) {
    throw new PlainFault(error.message);
  }
}

function findChromium() {
  const chosen = process.env.PARLEY_CHROMIUM;
  if (chosen) return isProgram(chosen) ? chosen : undefined;
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const onPath = folders.flatMap((folder) => CHROMIUM_NAMES.map((name) => join(folder, name)));
  return [...onPath, ...CHROMIUM_ELSEWHERE].find(isProgram);
}

async function installChromium() {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await withProgress("Installing Chromium from Debian's packages", async () => {
    await run("apt-get", ["update", "-qq"], { env, fault: "apt-get could not read the package lists" });
    const args = ["install", "-y", "-qq", "--no-install-recommends", "chromium"];
    await run("apt-get", args, { env, fault: "apt-get could not install Chromium" });
  });
}

/**
 * Finds Chromium, or installs it where that is ours to do (root on Debian); its path goes into PARLEY_CHROMIUM.
 * @returns undefined, or one line that says how to get it
 */
export async function ensureChromium() {
  let problem = "";
  if (!findChromium() && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    await installChromium().catch((error) => {
      problem = `${error.message} `;
    });
  }
  const chromium = findChromium();
  if (chromium) {
    process.env.PARLEY_CHROMIUM = chromium;
    return undefined;
  }
  const how =
    'as root "apt-get install chromium", or PARLEY_CHROMIUM=<path>, or "npm test -- --no-browser" without them';
  return `${problem}The browser specs need Chromium: ${how}.`;
}
