// Lets one process at a time install or build, when several are started together.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { inRoot } from "./paths.mjs";

const LOOK_EVERY_MS = 150;
/** A folder without an owner's name is one whose maker died between two system calls; it may be removed after this. */
const NAMELESS_MS = 5_000;

const folder = inRoot(".cache", "setup.lock");
const ownerFile = join(folder, "owner");

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function owner() {
  try {
    return Number(readFileSync(ownerFile, "utf8"));
  } catch {
    return undefined;
  }
}

function tryTake() {
  mkdirSync(dirname(folder), { recursive: true });
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
  writeFileSync(ownerFile, `${process.pid}`);
  return true;
}

function removeAbandoned(dead) {
  const aside = `${folder}.${process.pid}`;
  try {
    // Of several that saw the dead owner, rename lets one win; it looks again, since the lock may be a new one by now.
    renameSync(folder, aside);
    const taken = Number(readFileSync(join(aside, "owner"), "utf8"));
    if (taken !== dead && isAlive(taken)) renameSync(aside, folder);
  } catch {
    // Someone else has removed it: the next look shows what is there.
  }
  rmSync(aside, { recursive: true, force: true });
}

/**
 * Runs `work` while no other process on this checkout does.
 * @param onWait called once when another process is at work
 */
export async function exclusively(work, onWait = () => {}) {
  let waits = 0;
  let nameless = 0;
  while (!tryTake()) {
    const pid = owner();
    nameless = pid === undefined ? nameless + LOOK_EVERY_MS : 0;
    if (nameless > NAMELESS_MS) rmSync(folder, { recursive: true, force: true });
    else if (pid !== undefined && !isAlive(pid)) removeAbandoned(pid);
    else {
      if (waits === 0) onWait();
      waits += 1;
      await sleep(LOOK_EVERY_MS);
    }
  }
  const release = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}
