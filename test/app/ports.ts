// Free ports of this machine's loopback interface.
import { once } from "node:events";
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** One file a port that is given out, so that spec files that run side by side do not get the same one. */
const GIVEN = join(tmpdir(), `parley-test-ports-${userInfo().username}`);
/** What a process that was killed has left behind is void after this, ms: no spec runs as long. */
const VOID_MS = 3_600_000;

const own = new Set<string>();

/** A port that was free a moment ago, and that no test was given that still runs. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    if (reserve(join(GIVEN, String(port)))) return port;
  }
}

function reserve(file: string): boolean {
  try {
    mkdirSync(GIVEN, { recursive: true });
    if (isVoid(file)) rmSync(file, { force: true });
    writeFileSync(file, String(process.pid), { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  if (own.size === 0) process.once("exit", giveBack);
  own.add(file);
  return true;
}

function giveBack(): void {
  for (const file of own) rmSync(file, { force: true });
}

function isVoid(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > VOID_MS;
}
