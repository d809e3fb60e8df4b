// A process is kept running, unless it was stopped or its configuration is wrong.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Output } from "./output.js";
import { SupervisedProcess } from "./supervised-process.js";

const folder = mkdtempSync(join(tmpdir(), "parley-supervised-"));
const started: SupervisedProcess[] = [];
after(async () => {
  for (const one of started) one.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** What the launcher has written so far, and a way to wait for more. */
class Screen {
  text = "";
  private waiting = new Set<() => void>();
  readonly output = new Output({ human: false, everything: true, bare: false, color: false }, (text) => {
    this.text += text;
    for (const look of this.waiting) look();
  });

  shows(pattern: RegExp, times = 1): Promise<void> {
    const all = new RegExp(pattern, "gm");
    return new Promise((resolve) => {
      const look = () => {
        if ((this.text.match(all)?.length ?? 0) < times) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }
}

function supervise(name: string, code: string, screen: Screen, endsWithinMs = 5_000): SupervisedProcess {
  const entry = join(folder, `${name}.mjs`);
  writeFileSync(entry, code);
  const one = new SupervisedProcess({ name, entry, env: process.env, endsWithinMs }, screen.output);
  started.push(one);
  return one;
}

const STAYS = "setInterval(() => undefined, 1000);";

test("it is ready when it says so, and its output is shown under its name", async () => {
  const screen = new Screen();
  const one = supervise("api", `console.log("hello"); process.send({ ready: true, port: 4711 }); ${STAYS}`, screen);
  assert.deepEqual(await one.ready, { ready: true, port: 4711 });
  await screen.shows(/^api {7}\| hello$/m);
  await one.stop();
  assert.equal(one.pid, undefined);
});

test("a crash is answered by a new start, later each time", async () => {
  const screen = new Screen();
  const one = supervise("worker", 'console.log("up"); process.exit(1);', screen);
  await screen.shows(/worker {4}\| up/, 3);
  await screen.shows(/worker ended \(exit code 1\); starting it again in 0\.25 s\./);
  await screen.shows(/worker ended \(exit code 1\); starting it again in 0\.50 s\./);
  await one.stop();
});

test("a refused configuration is reported to whoever waits for it, and not tried again", async () => {
  const screen = new Screen();
  const one = supervise("refuses", 'console.log("no key"); process.exit(78);', screen);
  await assert.rejects(one.ready, /refuses refused its configuration/);
  await screen.shows(/refuses +\| no key/);
  await one.stop();
  assert.ok(!/starting it again/.test(screen.text), screen.text);
});

test("one that does not end in its time is killed, and is not started again", async () => {
  const screen = new Screen();
  const code = `process.on("SIGTERM", () => console.log("no")); process.send({ ready: true }); ${STAYS}`;
  const one = supervise("deaf", code, screen, 200);
  await one.ready;
  await one.stop();
  await screen.shows(/deaf {6}\| no/);
  await screen.shows(/deaf did not end in 0\.2 s and is killed\./);
  assert.equal(one.pid, undefined);
});

test("it can be stopped while it waits to be started again", async () => {
  const screen = new Screen();
  const one = supervise("brief", "process.exit(1);", screen);
  await screen.shows(/brief ended/);
  await one.stop();
  assert.equal(one.pid, undefined);
});
