// The least that a pass-through can cost: node:http and undici's dispatch, keep-alive, pause on drain. Nothing else.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Pool } from "undici";

const [origin = ""] = process.argv.slice(2);
const pool = new Pool(origin, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });

function pass(path: string, body: Buffer, response: ServerResponse): void {
  pool.dispatch(
    { path, method: "POST", headers: { "content-type": "application/json" }, body },
    {
      onRequestStart(controller) {
        response.on("drain", () => controller.resume());
        response.on("close", () => {
          if (!response.writableFinished) controller.abort(new Error("gone"));
        });
      },
      onResponseStart(_controller, status, headers) {
        response.writeHead(status, { "content-type": String(headers["content-type"]) });
        response.flushHeaders();
      },
      onResponseData(controller, chunk) {
        if (!response.write(chunk)) controller.pause();
      },
      onResponseEnd() {
        response.end();
      },
      onResponseError() {
        response.destroy();
      },
    },
  );
}

const server = createServer((request: IncomingMessage, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => pass(request.url ?? "/", Buffer.concat(parts), response));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : 0 });
});
process.on("disconnect", () => process.exit(0));
