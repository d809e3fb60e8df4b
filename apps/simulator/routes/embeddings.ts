// POST /embeddings: repeatable vectors, recorded answers, exact cost.

import type { ChatRequest } from "../answer/chat-request.js";
import { type Call } from "../call.js";
import { providerOf } from "../catalog/providers.js";
import { price } from "../money/cost.js";
import { Decimal } from "../money/decimal.js";
import { replaySettlement } from "../replay/replay.js";
import { readOptions } from "../scenario/options.js";
import { settle } from "../settle.js";
import { balanceOf } from "../state/accounts.js";
import { generationId, seeded, sha256 } from "../text/random.js";
import { countTokens } from "../text/tokenizer.js";
import { Fault } from "../wire/fault.js";
import { asNumber, asText, type JsonObject, literal } from "../wire/json.js";
import { sendJson } from "../wire/reply.js";
import type { Exchange } from "./exchange.js";

const DIMENSIONS = 1536;
const LARGEST_DIMENSIONS = 4096;

function vector(text: string, dimensions: number): number[] {
  const random = seeded(sha256(text));
  const raw = Array.from({ length: dimensions }, () => random() - 0.5);
  const length = Math.sqrt(raw.reduce((sum, value) => sum + value * value, 0)) || 1;
  return raw.map((value) => value / length);
}

function inputsOf(body: JsonObject): string[] {
  const input = body["input"];
  const tokens = Array.isArray(input) && input.every((item) => typeof item === "number");
  const list = Array.isArray(input) && !tokens ? input : [input];
  if (input === undefined || list.length === 0 || list.some((item) => item === null || item === "")) {
    throw new Fault(400, "input: expected a string or an array of strings", { type: "invalid_request" });
  }
  return list.map((item) => asText(item) ?? JSON.stringify(item));
}

function openCall(exchange: Exchange, body: JsonObject, texts: readonly string[]): Call {
  const { world, journal, key } = exchange;
  const model = asText(body["model"]) ?? "";
  const options = readOptions(model, "");
  const entry = world.catalog.resolve(model.startsWith("replay/") ? "openai/text-embedding-3-small" : model);
  if (!entry) throw new Fault(400, `${model} is not a valid model ID`, { type: "invalid_request" });
  const paid = !(price(entry.pricing, "prompt") ?? Decimal.zero).isZero();
  if (paid && balanceOf(key.account).compare(Decimal.zero) <= 0) {
    throw new Fault(402, "Insufficient credits", {
      type: "payment_required",
      metadata: { limit_source: "openrouter_credits" },
    });
  }
  const promptTokens = texts.reduce((sum, text) => sum + countTokens(text), 0);
  const request = { body, model, stream: false, promptTokens, images: 0, hash: "" } as unknown as ChatRequest;
  const now = world.now();
  const call: Call = {
    world,
    journal,
    key,
    request,
    options,
    entry,
    answer: { pieces: [], finish: null, nativeFinish: null },
    id: generationId(now),
    served: entry.canonical_slug,
    provider: providerOf(entry.id),
    createdAt: now,
    apiType: "embeddings",
  };
  journal.generationId = call.id;
  journal.servedModel = call.served;
  journal.provider = call.provider;
  journal.promptTokens = promptTokens;
  return call;
}

/** Answers an embeddings request. Throws 400 and 402 faults. */
export function embeddings(exchange: Exchange, body: JsonObject): void {
  const { world, res, journal } = exchange;
  const texts = inputsOf(body);
  const call = openCall(exchange, body, texts);
  const headers = { "x-generation-id": call.id };
  const name = call.options.text("replay");
  if (name !== undefined) {
    const recording = world.recordings.get(name);
    if (recording?.path !== "/embeddings") throw new Fault(400, `replay/${name} is not a valid model ID`);
    settle(call, replaySettlement(call, recording, "finished"));
    journal.status = 200;
    sendJson(res, 200, { ...recording.body, ...(recording.id ? { id: call.id } : {}) }, headers);
    return;
  }
  const dimensions = Math.min(LARGEST_DIMENSIONS, asNumber(body["dimensions"]) ?? DIMENSIONS);
  const base64 = body["encoding_format"] === "base64";
  const data = texts.map((text, index) => {
    const values = vector(text, dimensions);
    const embedding = base64 ? Buffer.from(Float32Array.from(values).buffer).toString("base64") : values;
    return { object: "embedding", index, embedding };
  });
  const produced = { tokens: 0, reasoningTokens: 0 };
  settle(call, { outcome: "finished", produced, finish: null, nativeFinish: null });
  journal.status = 200;
  const cost = literal(journal.billed ?? "0");
  const tokens = journal.promptTokens;
  const usage = { prompt_tokens: tokens, total_tokens: tokens, cost };
  sendJson(res, 200, { object: "list", data, model: call.served, id: call.id, usage }, headers);
}
