// Free ports of this machine.
import { once } from "node:events";
import { createServer } from "node:net";

/** Opens a port and closes it again. @returns the port. @throws the fault of listening, e.g. EADDRINUSE */
async function tryPort(port: number, host: string): Promise<number> {
  const server = createServer();
  server.listen({ port, host, exclusive: true });
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : port;
}

/** A port of the loopback address that nobody uses now. */
export function freePort(): Promise<number> {
  return tryPort(0, "127.0.0.1");
}

/** Whether a port can be opened. Port 0 always can. */
export async function isFree(port: number, host: string): Promise<boolean> {
  try {
    await tryPort(port, host);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false;
    // Any other fault (no right to open it, no such address) is the API's to explain.
    return true;
  }
}
