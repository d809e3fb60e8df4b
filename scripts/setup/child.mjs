// Runs another program: quietly with its output kept for a fault, or in place of this process.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";
import { PlainFault } from "./progress.mjs";

const KEPT_CHARACTERS = 20_000;

/**
 * Runs a program and waits for its end.
 * @returns its output (both streams, the latest part)
 * @throws PlainFault with that output when it ends with a fault
 */
export function run(command, args, { fault = command, ...options } = {}) {
  return new Promise((resolve, reject) => {
    let output = "";
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    const keep = (chunk) => {
      output = (output + chunk).slice(-KEPT_CHARACTERS);
    };
    child.stdout?.setEncoding("utf8").on("data", keep);
    child.stderr?.setEncoding("utf8").on("data", keep);
    child.once("error", (error) => reject(new PlainFault(`${fault}: ${error.message}`)));
    child.once("close", (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new PlainFault(`${output.trimEnd()}\n\n${fault} (${signal ?? `exit code ${code}`}).`));
    });
  });
}

/**
 * Runs a program that takes this process's place: same input and output, signals are handed on, and its end is ours.
 * The IPC channel lets the program see when this process is killed.
 */
export function become(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["inherit", "inherit", "inherit", "ipc"], ...options });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
      resolve();
    });
  });
}
