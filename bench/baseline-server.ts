// The yardstick's second half: writes what was published to raw WebSockets, one frame a stream and batch.
import { Redis } from "ioredis";
import { type WebSocket, WebSocketServer } from "ws";

const [redisUrl = ""] = process.argv.slice(2);
const redis = new Redis(redisUrl);
const sockets = new Map<string, WebSocket>();

redis.on("message", (_channel: string, batch: string) => {
  const frames = new Map<string, string>();
  for (const line of batch.split("\n")) {
    const at = line.indexOf("\t");
    if (at < 0) continue;
    const id = line.slice(0, at);
    frames.set(id, (frames.get(id) ?? "") + line.slice(at + 1));
  }
  for (const [id, text] of frames) sockets.get(id)?.send(text);
});

const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
server.on("connection", (socket, request) => {
  const id = new URL(request.url ?? "", "http://x").searchParams.get("id") ?? "";
  sockets.set(id, socket);
  socket.on("close", () => sockets.delete(id));
});
server.on("listening", async () => {
  await redis.subscribe("bench");
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : 0 });
});
process.on("disconnect", () => process.exit(0));
