// For the specs beside: the API in this process on a port of its own, with a real Redis and a database of its own.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NestFastifyApplication } from "@nestjs/platform-fastify";
import { loadConfig } from "#libs/config/index";
import { migrate } from "#libs/database/index";
import { Logger } from "#libs/observability/index";
import { PrivateRedis } from "../../test/app/redis.js";
import { createApi } from "./create-api.js";

/** What came back, as it was. */
export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  json: () => Record<string, unknown>;
}

/** A running API. */
export interface ApiFixture {
  app: NestFastifyApplication;
  redis: PrivateRedis;
  port: number;
  /** Sends the path byte for byte: fetch would tidy it up. */
  send(method: string, path: string, headers?: Record<string, string>, body?: string | Buffer): Promise<RawAnswer>;
  stop(): Promise<void>;
}

/** Starts one, with a small stand-in for the built web app. @param env added to the configuration */
export async function startApi(env: Record<string, string> = {}): Promise<ApiFixture> {
  const folder = await mkdtemp(join(tmpdir(), "parley-api-"));
  const webRoot = join(folder, "web");
  await mkdir(join(webRoot, "assets"), { recursive: true });
  await writeFile(join(webRoot, "index.html"), "<!doctype html><title>page</title>");
  await writeFile(join(webRoot, "assets", "app-1a2b3c.js"), "export {};");
  await writeFile(join(webRoot, "theme.js"), "0;");
  const redis = await PrivateRedis.start(join(folder, "redis"));
  const config = loadConfig({
    DATA_DIR: folder,
    REDIS_URL: redis.url,
    LOG_LEVEL: "silent",
    REGISTRATION: "open",
    ...env,
  });
  await migrate(config);
  const app = await createApi(config, { webRoot, logger: new Logger({ level: "silent", service: "test" }) });
  await app.listen(0, "127.0.0.1");
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    app,
    redis,
    port,
    send: (method, path, headers, body) => send(port, method, path, headers, body),
    async stop() {
      await app.close();
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function send(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | Buffer,
): Promise<RawAnswer> {
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: "127.0.0.1",
      port,
      method,
      path,
      headers: { ...length, ...headers },
      agent: false,
    });
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: text,
          json: () => JSON.parse(text) as Record<string, unknown>,
        });
      });
    });
    outgoing.end(body);
  });
}
