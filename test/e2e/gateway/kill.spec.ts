// kill -9 of the API in the middle of streams, and its end in order: what the provider billed is in the ledger.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plainDecimal, sumOf } from "../decimal.js";
import { Stage } from "./stage.js";

const STREAMS = 12;
const MODEL = "sim/tokens:200,rate:50,provider:OpenAI,as:anthropic/claude-haiku-4.5";

/** Streams in the middle of their text. */
async function begin(stage: Stage): Promise<{ id: string; rest: Promise<string> }[]> {
  return Promise.all(
    Array.from({ length: STREAMS }, async () => {
      const answer = await stage.chat(MODEL, { stream: true });
      const id = answer.headers.get("x-parley-generation-id") ?? "";
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      const seen = (await reader.read()).value ?? "";
      return { id, rest: readOn(reader, seen) };
    }),
  );
}

/** The text until its end, or until the connection breaks. */
async function readOn(reader: ReadableStreamDefaultReader<string>, first: string): Promise<string> {
  let text = first;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text;
      text += value;
    }
  } catch {
    return text;
  }
}

/** Ledger and journal say the same of every generation, and in sum. */
async function assertBooks(stage: Stage, ids: readonly string[]): Promise<void> {
  const rows = await Promise.all(ids.map((id) => stage.row(id)));
  const journal = await stage.app.simulator.journal();
  const billed = ids.map((id) =>
    plainDecimal(journal.find(({ generationId }) => generationId === id)?.billed ?? "none"),
  );
  assert.deepEqual(
    rows.map(({ costUsd }) => costUsd),
    billed,
  );
  assert.notEqual(sumOf(billed), "0");
  assert.equal((await stage.ledger()).length, ids.length, "one row a call");
}

describe("the gateway's calls when their process ends", () => {
  it("by kill -9 are settled by the worker", async () => {
    const stage = await Stage.open();
    try {
      const streams = await begin(stage);
      await stage.app.kill("api");
      await Promise.all(streams.map(({ rest }) => rest));
      await stage.app.launch("api");
      await stage.app.allReady();
      await assertBooks(
        stage,
        streams.map(({ id }) => id),
      );
    } finally {
      await stage.close();
    }
  });

  it("in order end with a chunk that clients understand", async () => {
    const stage = await Stage.open();
    try {
      const streams = await begin(stage);
      await stage.app.restart("api");
      for (const { rest } of streams) assert.match(await rest, /"error":\{"message":"The server restarts\."/);
      await assertBooks(
        stage,
        streams.map(({ id }) => id),
      );
    } finally {
      await stage.close();
    }
  });
});
