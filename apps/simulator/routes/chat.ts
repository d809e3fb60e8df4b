// POST /chat/completions and /responses: admission, headers with the generation id, then the stream or the JSON answer.
import type { ServerResponse } from "node:http";
import { compose, isDemo } from "../answer/compose.js";
import { asChatBody } from "../answer/responses-request.js";
import { type Call, wholeAnswer } from "../call.js";
import { NO_COST } from "../money/cost.js";
import { REPLAYED } from "../replay/replay.js";
import { ERROR_IN_200, errorAnswer } from "../scenario/error-answers.js";
import { settle } from "../settle.js";
import { type AnswerWriter, answerCall, answerReplay, chatWriter } from "../stream/perform.js";
import { responseObject, responsesScript } from "../stream/responses-script.js";
import { generationId, sha256 } from "../text/random.js";
import type { JsonObject } from "../wire/json.js";
import { sendJson } from "../wire/reply.js";
import { isoNow } from "../world.js";
import { type Admitted, admit, errorContext } from "./admission.js";
import type { Exchange } from "./exchange.js";
import { routingMetadata } from "./routing-metadata.js";

/** The response cache's word on a request: a hit, or the entry to be made. */
function cachedAnswer({ world, key, cache }: Exchange, admitted: Admitted, id: string): Call["cached"] {
  if (!cache) return undefined;
  const { stream: _stream, ...body } = admitted.request.body;
  const request = sha256(`${key.fingerprint} ${JSON.stringify(body)}`);
  if (cache.clear) world.answerCache.remove(request);
  const hit = world.answerCache.find(request, world.now());
  if (!hit) world.answerCache.add(request, id, cache.ttl, world.now());
  return hit;
}

function openCall(exchange: Exchange, admitted: Admitted, answer: Call["answer"]): Call {
  const { world, journal, key } = exchange;
  const { request, options, entry, served, provider } = admitted;
  const now = world.now();
  const id = generationId(now);
  const call: Call = {
    world,
    journal,
    key,
    request,
    options,
    entry,
    answer,
    id,
    served,
    provider,
    createdAt: now,
    apiType: "completions",
    cached: cachedAnswer(exchange, admitted, id),
  };
  journal.generationId = id;
  journal.servedModel = served;
  journal.provider = provider;
  journal.promptTokens = request.promptTokens;
  journal.answerTokens = wholeAnswer(answer).tokens;
  key.inFlight.set(journal.id, admitted.estimate);
  return call;
}

function cacheHeaders({ cache }: Exchange, { cached }: Call): Record<string, string> {
  if (!cache) return {};
  const { age, ttl, sourceId } = cached ?? { age: 0, ttl: cache.ttl, sourceId: undefined };
  return {
    "x-openrouter-cache-status": cached ? "HIT" : "MISS",
    "x-openrouter-cache-age": String(age),
    "x-openrouter-cache-ttl": String(ttl),
    ...(sourceId ? { "x-openrouter-cache-source-id": sourceId } : {}),
  };
}

/** Sends the headers at once, with the generation id, before there is any token. */
function writeHeaders(exchange: Exchange, call: Call): void {
  const { res, world, journal } = exchange;
  res.writeHead(200, {
    "content-type": call.request.stream ? "text/event-stream" : "application/json",
    "cache-control": "no-cache",
    "access-control-allow-origin": "*",
    "x-generation-id": call.id,
    ...cacheHeaders(exchange, call),
    // Stated, because the body is framed by the player itself.
    "transfer-encoding": "chunked",
  });
  journal.status = 200;
  journal.headersAt = isoNow(world);
  // On disk before it is on the wire: after a restart every id that a client has seen is known.
  world.store?.opened(journal);
  res.flushHeaders();
}

/** Waits before the headers; false when the client left meanwhile. */
function waitBefore(res: ServerResponse, ms: number): Promise<boolean> {
  if (ms <= 0) return Promise.resolve(!res.destroyed);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), ms);
    res.once("close", () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}

const NOTHING = { tokens: 0, reasoningTokens: 0 };

/** Ends a call that never got headers: nothing is charged, unless the scenario says that it was billed all the same. */
function settleUnseen(call: Call, outcome: "aborted" | "broken"): void {
  const billed = call.options.has("billed");
  const produced = billed ? wholeAnswer(call.answer) : NOTHING;
  const cost = billed ? {} : { cost: NO_COST };
  settle(call, { outcome, produced, finish: null, nativeFinish: null, ...cost });
}

function hangForever(call: Call, res: ServerResponse): void {
  res.once("close", () => {
    call.journal.abortedAt = isoNow(call.world);
    settleUnseen(call, "aborted");
  });
}

const responsesWriter = (call: Call): AnswerWriter => ({
  stream: (pace, progress) => responsesScript(call, pace, progress),
  whole: () => responseObject(call),
});

/** Answers one chat request. Throws faults for everything that is refused before a model is called. */
export function chat(exchange: Exchange, body: JsonObject): Promise<void> {
  const admitted = admit(exchange.world, exchange.key, body, "/chat/completions");
  return answer(exchange, admitted, (call) => chatWriter(call, exchange.wantsMetadata ? routingMetadata(call) : {}));
}

/** The same for a request in the form of OpenAI's Responses. */
export function responses(exchange: Exchange, body: JsonObject): Promise<void> {
  return answer(exchange, admit(exchange.world, exchange.key, asChatBody(body), "/responses"), responsesWriter);
}

async function answer(exchange: Exchange, admitted: Admitted, writer: (call: Call) => AnswerWriter): Promise<void> {
  const { world, res } = exchange;
  const { options, request, entry, recording } = admitted;
  if (recording && recording.status !== 200) {
    exchange.journal.status = recording.status;
    return sendJson(res, recording.status, recording.body);
  }
  const ingredients = { request, options, entry, demo: world.demo };
  const call = openCall(exchange, admitted, recording ? REPLAYED : compose(ingredients));
  if (options.has("hang-before")) return hangForever(call, res);
  if (!(await waitBefore(res, options.number("headers-delay", 0)))) {
    exchange.journal.abortedAt = isoNow(world);
    return settleUnseen(call, "aborted");
  }
  if (options.has("reset-before")) {
    settleUnseen(call, "broken");
    res.socket?.resetAndDestroy();
    return;
  }
  if (options.text("error") === ERROR_IN_200) {
    const fault = errorAnswer(ERROR_IN_200, errorContext(world, request, options, entry));
    settle(call, { outcome: "broken", produced: NOTHING, finish: "error", nativeFinish: "error", failed: true });
    exchange.journal.status = 200;
    return sendJson(res, 200, fault.body(), { "x-generation-id": call.id });
  }
  writeHeaders(exchange, call);
  if (recording) return answerReplay(call, res, recording);
  answerCall(call, res, writer(call), isDemo(ingredients));
}
