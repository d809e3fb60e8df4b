// One launcher for one data folder.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { InstanceLock } from "./instance-lock.js";

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "parley-lock-"));
  folders.push(folder);
  return folder;
}

test("a second launcher is told where the first one is; after its end the folder is free and clean", () => {
  const folder = aFolder();
  const lock = InstanceLock.take(folder);
  lock.note({ launcher: 42, url: "http://127.0.0.1:3000", children: [43] });
  assert.throws(() => InstanceLock.take(folder), /runs already on .* at http:\/\/127\.0\.0\.1:3000 \(process 42\)/);
  lock.release();
  const next = InstanceLock.take(folder);
  assert.equal(next.abandoned, undefined);
  next.release();
});

test("a launcher that is killed loses the lock, and the next one learns what it has left behind", async () => {
  const folder = aFolder();
  const script = `
    const { InstanceLock } = await import(${JSON.stringify(new URL("./instance-lock.js", import.meta.url).href)});
    InstanceLock.take(${JSON.stringify(folder)}).note({ launcher: process.pid, url: "http://x", children: [7, 8] });
    process.stdout.write("taken");
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  assert.throws(() => InstanceLock.take(folder), /runs already/);
  child.kill("SIGKILL");
  await once(child, "exit");
  const lock = InstanceLock.take(folder);
  assert.deepEqual(lock.abandoned, { launcher: child.pid, url: "http://x", children: [7, 8] });
  lock.release();
});
