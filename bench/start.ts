// `npm run bench -- start`: from `npm start` (not the first one) to its ready line, and the memory of everything at rest.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../test/app/ports.js";
import { figure, median, proportionalMb } from "./measure.js";

const ROOT = join(import.meta.dirname, "..", "..");
/** Enough for garbage and start-up work to be over, ms. */
const AT_REST_MS = 5_000;

/** Process ids below `pid`, itself included. */
function family(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // It ended while we looked.
    }
  }
  const below = (id: number): number[] => [
    id,
    ...[...parents].filter(([, parent]) => parent === id).flatMap(([child]) => below(child)),
  ];
  return below(pid);
}

async function startOnce(dataDir: string, rest: boolean): Promise<{ readyMs: number; memory: number }> {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [join(ROOT, "scripts", "start.mjs"), "--port", String(port), "--data-dir", dataDir],
    { cwd: ROOT },
  );
  let output = "";
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (text: Buffer) => {
      output += text.toString();
      if (/Parley is ready/.test(output)) resolve();
    });
    child.on("exit", () => reject(new Error(`npm start ended: ${output}`)));
  });
  await ready;
  const readyMs = performance.now() - started;
  if (rest) await sleep(AT_REST_MS);
  const memory = rest ? family(child.pid ?? 0).reduce((sum, pid) => sum + proportionalMb(pid), 0) : 0;
  child.kill("SIGINT");
  await once(child, "exit");
  return { readyMs, memory };
}

/** @param rounds starts that are measured */
export async function benchStart(rounds: number): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), "parley-bench-"));
  try {
    await startOnce(dataDir, false);
    const runs = [];
    for (let round = 0; round < rounds; round++) runs.push(await startOnce(dataDir, round === rounds - 1));
    return [
      `ready: ${figure(median(runs.map((run) => run.readyMs)) / 1_000, 2)} s, median of ${rounds}   (goal < 3 s)`,
      `memory of everything at rest: ${figure(runs.at(-1)!.memory, 0)} MB, shared pages by share   (goal < 300 MB, must < 350 MB)`,
    ].join("\n");
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
