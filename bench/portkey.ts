// Portkey's gateway as a peer in the gateway benchmark: its npm package, as its documents say to start it.
import { createRequire } from "node:module";
import { Child } from "../test/app/child.js";
import { freePort } from "../test/app/ports.js";

/** A running one; `headers` make it pass calls on to the benchmark's provider. */
export interface Portkey {
  port: number;
  pid: number;
  headers: Record<string, string>;
  stop(): Promise<void>;
}

/** @param upstream base URL of the provider, up to and with its version */
export async function startPortkey(upstream: string): Promise<Portkey> {
  const port = await freePort();
  const script = createRequire(import.meta.url).resolve("@portkey-ai/gateway/build/start-server.js");
  const child = new Child({
    name: "portkey",
    command: process.execPath,
    args: [script, `--port=${port}`, "--headless"],
    env: { NODE_ENV: "production", TRUSTED_CUSTOM_HOSTS: "127.0.0.1" },
    cwd: process.cwd(),
  });
  await child.line(/Ready for connections/);
  return {
    port,
    pid: child.pid,
    headers: {
      authorization: "Bearer sk-bench",
      "x-portkey-provider": "openai",
      "x-portkey-custom-host": upstream,
    },
    stop: async () => {
      await child.kill("SIGKILL");
    },
  };
}
