// Unpacks Debian's Redis into the user's cache, without root and without touching the system.
import { execFile } from "node:child_process";
import { accessSync, chmodSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What it needs is read from apt. */
const PACKAGE = "redis-server";
/** Its `redis-server` is a link into redis-tools: those lie together, also when the system has redis-tools already. */
const TOGETHER = /^redis-/;
/** Of what a package needs, only what a program loads or starts; not the parts that make users and services. */
const NEEDED = /^(lib|lua|redis-)/;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Where it is unpacked: the XDG base directory specification's cache folder. */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "parley", "redis");
}

/** The program in the cache. */
export function cachedServer(env: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), "bin", "redis-server");
}

/** Whether this machine has what unpacking takes. */
export function hasDebianTools(): boolean {
  return ["/usr/bin/apt-get", "/usr/bin/apt-cache", "/usr/bin/dpkg-deb", "/usr/bin/dpkg-query"].every((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** apt with lists, cache and lock of its own, so that it needs no rights and changes nothing. */
class PrivateApt {
  private readonly options: string[];

  constructor(private readonly folder: string) {
    const lists = join(folder, "lists");
    const archives = join(folder, "archives");
    for (const path of [join(lists, "partial"), join(archives, "partial")]) mkdirSync(path, { recursive: true });
    const settings = {
      "Dir::State::Lists": lists,
      "Dir::Cache": folder,
      "Dir::Cache::Archives": archives,
      "Debug::NoLocking": "1",
      "Acquire::Languages": "none",
      "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled": "false",
      "APT::Sandbox::User": "",
    };
    this.options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  }

  async call(program: "apt-get" | "apt-cache", ...args: string[]): Promise<string> {
    const { stdout } = await run(program, [...this.options, ...args], {
      cwd: this.folder,
      env: { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" },
      maxBuffer: MAX_OUTPUT_BYTES,
    });
    return stdout;
  }

  /** Names of the packages that a package needs, the first of each list of alternatives. */
  async needs(name: string): Promise<string[]> {
    const facts = await this.call("apt-cache", "show", "--no-all-versions", name);
    const lines = [...facts.matchAll(/^(?:Pre-)?Depends: (.*)$/gm)].map(([, list = ""]) => list);
    const names = lines.flatMap((list) => list.split(",")).map((entry) => /^\s*([a-z0-9.+-]+)/.exec(entry)?.[1] ?? "");
    return names.filter(Boolean);
  }
}

async function isOnSystem(name: string): Promise<boolean> {
  try {
    const { stdout } = await run("dpkg-query", ["-s", name]);
    return stdout.includes("install ok installed");
  } catch {
    return false;
  }
}

async function packagesToFetch(apt: PrivateApt): Promise<string[]> {
  const wanted = new Set([PACKAGE]);
  for (const name of wanted) {
    for (const need of await apt.needs(name)) {
      if (!NEEDED.test(need) || wanted.has(need)) continue;
      if (TOGETHER.test(need) || !(await isOnSystem(need))) wanted.add(need);
    }
  }
  return [...wanted];
}

/** Folders with libraries, below the root. */
function libraryFolders(root: string): string[] {
  const lib = join(root, "usr", "lib");
  const triplets = existsSync(lib) ? readdirSync(lib).filter((name) => name.includes("-linux-gnu")) : [];
  return triplets.flatMap((name) => [join("usr", "lib", name), join("lib", name)]);
}

/** A program that finds the unpacked libraries beside itself; `exec` keeps its process id the server's own. */
function wrapper(root: string): string {
  const libraries = libraryFolders(root).map((folder) => `$here/${folder}`);
  const lines = ["#!/bin/sh", 'here=$(cd "$(dirname "$0")/.." && pwd)'];
  if (libraries.length > 0) lines.push(`export LD_LIBRARY_PATH="${libraries.join(":")}"`);
  return `${[...lines, 'exec "$here/usr/bin/redis-server" "$@"'].join("\n")}\n`;
}

/**
 * Fetches and unpacks the server.
 * @returns the program to start
 * @throws Error that says which step failed
 */
export async function fetchRedisFromDebian(env: NodeJS.ProcessEnv): Promise<string> {
  const target = cacheFolder(env);
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(dirname(target), "fetch-"));
  try {
    const apt = new PrivateApt(work);
    await step("apt-get could not read the package lists", () => apt.call("apt-get", "update", "-qq"));
    const names = await step("apt-cache does not know Redis", () => packagesToFetch(apt));
    await step("apt-get could not download Redis", () => apt.call("apt-get", "download", "-qq", ...names));
    const root = join(work, "root");
    for (const file of readdirSync(work).filter((name) => name.endsWith(".deb"))) {
      await step("dpkg-deb could not unpack Redis", () => run("dpkg-deb", ["-x", join(work, file), root]));
    }
    return await install(root, target, env);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Puts it in place only after it has started: what is in the cache works. */
async function install(root: string, target: string, env: NodeJS.ProcessEnv): Promise<string> {
  const program = join(root, "bin", "redis-server");
  mkdirSync(dirname(program), { recursive: true });
  await writeFile(program, wrapper(root));
  chmodSync(program, 0o755);
  await step("The fetched Redis does not start on this machine", () => run(program, ["--version"]));
  await rm(target, { recursive: true, force: true });
  await rename(root, target);
  return cachedServer(env);
}

async function step<T>(fault: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { stderr = "", message } = error as Error & { stderr?: string };
    const last = stderr.trim().split("\n").at(-1) || message;
    throw new Error(`${fault}: ${last}`);
  }
}
