// The yardstick's first half: reads the upstream's streams and publishes all tokens of 33 ms as one Redis message. No log, no database.
import { Redis } from "ioredis";
import { request } from "undici";

const FLUSH_MS = 33;
const [upstream = "", redisUrl = "", tokens = "0"] = process.argv.slice(2);
const redis = new Redis(redisUrl);
let batch = "";

async function read(id: number): Promise<void> {
  const { body } = await request(`${upstream}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: `{"model":"bench/${tokens}"}`,
  });
  for await (const part of body) {
    for (const [, text] of (part as Buffer).toString("latin1").matchAll(/"content":"(\d+ )"/g))
      batch += `${id}\t${text}\n`;
  }
}

setInterval(() => {
  if (batch === "") return;
  void redis.publish("bench", batch);
  batch = "";
}, FLUSH_MS);
process.on("message", (id: number) => void read(id));
process.on("disconnect", () => process.exit(0));
process.send?.({ ready: true });
