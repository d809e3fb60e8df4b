// Yardsticks of the REST benchmark in one process: a bare Nest hello on Fastify, and a bare node:http that lists rows with SQL.
import "reflect-metadata";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { Controller, Get, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";

// The package ships no types.
interface Sqlite {
  prepare(sql: string): { all(...params: string[]): unknown[] };
}
const Database = createRequire(import.meta.url)("better-sqlite3") as new (
  file: string,
  options: { readonly: boolean },
) => Sqlite;

const [kind = "", file = "", conversationId = ""] = process.argv.slice(2);

@Controller()
class HelloController {
  @Get("hello")
  hello(): { hello: string } {
    return { hello: "world" };
  }
}

@Module({ controllers: [HelloController] })
class HelloModule {}

async function nest(): Promise<number> {
  const app = await NestFactory.create<NestFastifyApplication>(HelloModule, new FastifyAdapter(), { logger: false });
  await app.listen(0, "127.0.0.1");
  return (app.getHttpServer().address() as { port: number }).port;
}

function raw(): Promise<number> {
  const database = new Database(file, { readonly: true });
  const list = database.prepare("SELECT * FROM messages WHERE conversation_id = ? AND id > '' ORDER BY id LIMIT 51");
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ data: list.all(conversationId), nextCursor: null }));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
}

process.send?.({ port: kind === "nest" ? await nest() : await raw() });
process.on("disconnect", () => process.exit(0));
