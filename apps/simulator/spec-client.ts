// A small client for the simulator's own specs: raw events, the folded message, and waiting for the journal.
import { request as httpRequest } from "node:http";
import type { Simulator } from "./simulator.js";
import type { JournalEntry } from "./state/journal.js";
import { asObject, type JsonObject, parseExact } from "./wire/json.js";

/** The key that specs use unless they bring their own. */
export const KEY = "sk-or-v1-spec";

/** A user message as a request body for this model. */
export function body(model: string, more: JsonObject = {}): JsonObject {
  return { model, messages: [{ role: "user", content: "Hello there" }], ...more };
}

/** POSTs JSON and returns the response. */
export function post(
  sim: Simulator,
  path: string,
  json: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${sim.url}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json", ...headers },
    body: typeof json === "string" ? json : JSON.stringify(json),
  });
}

/** A chat request. */
export function ask(sim: Simulator, json: JsonObject, headers: Record<string, string> = {}): Promise<Response> {
  return post(sim, "/chat/completions", json, headers);
}

/** A GET with the spec's key; the JSON body keeps the digits of numbers. */
export async function get(sim: Simulator, path: string, key = KEY): Promise<{ status: number; json: JsonObject }> {
  const response = await fetch(`${sim.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  return { status: response.status, json: asObject(parseExact(await response.text())) ?? {} };
}

/** The data events of an SSE text, by the rules of the format: any separator, comments, several data lines. */
export function dataEvents(text: string): string[] {
  const events: string[] = [];
  let lines: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line === "") {
      if (lines.length > 0) events.push(lines.join("\n"));
      lines = [];
    } else if (line.startsWith("data:")) {
      lines.push(line.slice(5).replace(/^ /, ""));
    }
  }
  return events;
}

/** The parsed chunks of an SSE text, [DONE] left out. */
export function chunksIn(text: string): JsonObject[] {
  return dataEvents(text)
    .filter((event) => event !== "[DONE]")
    .map((event) => asObject(parseExact(event)) ?? {});
}

/** What a client received over a plain socket: each body piece by itself, and how it ended. */
export type RawAnswer = {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly pieces: readonly Buffer[];
  readonly ended: "complete" | "cut";
  readonly id: string;
};

/** Streams a chat answer; `leaveAfter` cuts the connection once that many token events have come. */
export function stream(sim: Simulator, json: JsonObject, leaveAfter = Number.POSITIVE_INFINITY): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let answered = false;
    const headers = { authorization: `Bearer ${KEY}`, "content-type": "application/json" };
    const req = httpRequest(`${sim.url}/chat/completions`, { method: "POST", headers, agent: false }, (res) => {
      answered = true;
      const pieces: Buffer[] = [];
      const answer = (ended: RawAnswer["ended"]) => {
        const id = String(res.headers["x-generation-id"]);
        resolve({ status: res.statusCode ?? 0, headers: res.headers, pieces, ended, id });
      };
      const leaveWhenDue = () => {
        const tokens = Buffer.concat(pieces).toString().split('"content":"t').length - 1;
        if (tokens >= leaveAfter) req.destroy();
      };
      res.on("data", (piece: Buffer) => {
        pieces.push(piece);
        leaveWhenDue();
      });
      res.once("end", () => answer("complete"));
      res.once("close", () => answer("cut"));
      res.on("error", () => answer("cut"));
      leaveWhenDue();
    });
    // Behind the headers a reset is told to the request as well; there it is the answer's end, not a failure.
    req.on("error", (error) => {
      if (!answered) reject(error);
    });
    req.end(JSON.stringify({ ...json, stream: true }));
  });
}

/** The text of all pieces. */
export function textOf(answer: RawAnswer): string {
  return Buffer.concat(answer.pieces).toString("utf8");
}

/** Resolves with the entry of a generation as soon as it is settled. */
export async function settled(sim: Simulator, id: string): Promise<JournalEntry> {
  for (;;) {
    const entry = sim.world.journal.since(0).find(({ generationId }) => generationId === id);
    if (entry && entry.outcome !== "running") return entry;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
