// Ends a Redis of ours that outlived its launcher, so that two servers never write one append-only file.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { readRedisSettings } from "#libs/config/own-redis";

const ANSWER_WITHIN_MS = 1_000;
const LOOK_EVERY_MS = 20;
const GONE_WITHIN_MS = 10_000;

async function open(port: number): Promise<Socket | undefined> {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error("no answer")));
  try {
    await once(socket, "connect");
    socket.on("error", () => undefined);
    return socket;
  } catch {
    return undefined;
  }
}

/** Asks the server on the port to end. @returns whether it knew our password, so is ours */
async function askToEnd(port: number, password: string): Promise<boolean> {
  const socket = await open(port);
  if (!socket) return false;
  try {
    // Redis takes commands as plain lines too (its protocol's "inline commands"). An append-only file needs no dump.
    socket.write(`AUTH ${password}\r\n`);
    const [answer] = (await once(socket, "data")) as [Buffer];
    if (!answer.toString("latin1").startsWith("+OK")) return false;
    socket.write("SHUTDOWN NOSAVE\r\n");
    await once(socket, "close");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Ends the server that an earlier launcher left on this data folder, and waits until it is gone. */
export async function endLeftoverRedis(folder: string): Promise<void> {
  const address = readRedisSettings(folder);
  if (!address || !(await askToEnd(address.port, address.password))) return;
  const deadline = Date.now() + GONE_WITHIN_MS;
  for (;;) {
    const socket = await open(address.port);
    socket?.destroy();
    if (!socket || Date.now() > deadline) return;
    await sleep(LOOK_EVERY_MS);
  }
}
