// POST /chat/completions: admission, headers with the generation id, then the stream or the JSON answer.
import type { ServerResponse } from "node:http";
import { compose, isDemo } from "../answer/compose.js";
import { foldMessage } from "../answer/pieces.js";
import { type Call, cancelStopsBilling, type Settlement, settle, wholeAnswer } from "../call.js";
import { NO_COST } from "../money/cost.js";
import type { Recording } from "../replay/recordings.js";
import { REPLAYED, replayBody, replayEvents, replayScript, replaySettlement } from "../replay/replay.js";
import { ERROR_IN_200, errorAnswer } from "../scenario/error-answers.js";
import type { ApiKey } from "../state/accounts.js";
import type { JournalEntry } from "../state/journal.js";
import { byteForm } from "../stream/bytes.js";
import { Chunks } from "../stream/chunks.js";
import { streamErrorObject } from "../stream/faults.js";
import { paceOf } from "../stream/pace.js";
import { CLOSE, HANG, Play, type PlayEnd, RESET, type Script, type Step } from "../stream/play.js";
import { type Progress, type Scene, usageOf } from "../stream/scene.js";
import { streamScript } from "../stream/script.js";
import { generationId } from "../text/random.js";
import type { JsonObject } from "../wire/json.js";
import { sendJson } from "../wire/reply.js";
import { isoNow, type World } from "../world.js";
import { type Admitted, admit, errorContext } from "./admission.js";
import { routingMetadata } from "./routing-metadata.js";

/** The parts of one exchange over HTTP. */
export type Exchange = {
  readonly world: World;
  readonly res: ServerResponse;
  readonly journal: JournalEntry;
  readonly key: ApiKey;
};

function openCall({ world, journal, key }: Exchange, admitted: Admitted, answer: Call["answer"]): Call {
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
  };
  journal.generationId = id;
  journal.servedModel = served;
  journal.provider = provider;
  journal.promptTokens = options.number("prompt", request.promptTokens);
  journal.answerTokens = wholeAnswer(answer).tokens;
  key.inFlight.set(journal.id, admitted.estimate);
  return call;
}

function writeHeaders(res: ServerResponse, call: Call, status = 200): void {
  const type = call.request.stream && status === 200 ? "text/event-stream" : "application/json";
  res.writeHead(status, {
    "content-type": type,
    "cache-control": "no-cache",
    "access-control-allow-origin": "*",
    "x-generation-id": call.id,
  });
  res.flushHeaders();
  call.journal.status = status;
  call.journal.headersAt = isoNow(call.world);
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

function settlementOf(call: Call, progress: Progress, end: PlayEnd): Settlement {
  const { finish, nativeFinish } = call.answer;
  const whole = { produced: wholeAnswer(call.answer), finish, nativeFinish };
  if (progress.failed)
    return { outcome: "broken", produced: progress, finish: "error", nativeFinish: "error", failed: true };
  if (progress.ended) return { outcome: "finished", ...whole };
  if (end === "left" && (!call.request.stream || !cancelStopsBilling(call))) return { outcome: "aborted", ...whole };
  return {
    outcome: end === "left" ? "aborted" : "broken",
    produced: { ...progress },
    finish: null,
    nativeFinish: null,
  };
}

function play(call: Call, res: ServerResponse, script: Script, onEnd: (end: PlayEnd) => void): void {
  const { world, journal, options } = call;
  const form = byteForm(options.text("bytes"));
  const ended = (end: PlayEnd) => {
    if (end === "left") journal.abortedAt = isoNow(world);
    onEnd(end);
  };
  new Play(res, script, world.ticker, form, ended).start();
}

function chunksOf(call: Call): Chunks {
  const { options, id, served, provider, createdAt } = call;
  const role = options.text("role");
  return new Chunks(
    { id, created: Math.floor(createdAt / 1000), model: served, provider },
    {
      role: role === "once" || role === "never" ? role : "each",
      unknown: options.has("unknown"),
      nulls: options.has("nulls"),
    },
  );
}

function jsonAnswer(call: Call, metadata: JsonObject): JsonObject {
  const { options, answer, id, served, provider, createdAt } = call;
  const failure = options.has("stream-error") ? streamErrorObject(options) : undefined;
  if (failure && !options.has("in-choice")) return { error: failure };
  const half = failure ? Math.floor(answer.pieces.length / 2) : answer.pieces.length;
  const choice = {
    index: 0,
    logprobs: null,
    finish_reason: failure ? "error" : answer.finish,
    native_finish_reason: failure ? "error" : answer.nativeFinish,
    message: foldMessage(answer.pieces.slice(0, half).map(({ delta }) => delta)),
    ...(failure ? { error: failure } : {}),
  };
  return {
    id,
    object: "chat.completion",
    created: Math.floor(createdAt / 1000),
    model: served,
    provider,
    system_fingerprint: null,
    service_tier: null,
    ...(options.has("unknown") ? { x_simulator: { nested: [1, null, "ü"] } } : {}),
    choices: [choice],
    ...(options.text("usage") === "missing"
      ? {}
      : { usage: usageOf(call, wholeAnswer(answer), failure !== undefined) }),
    ...metadata,
  };
}

function* jsonScript(call: Call, body: string, waitMs: number, progress: Progress): Generator<Step, void> {
  const { options } = call;
  const half = body.slice(0, body.length >> 1);
  if (waitMs > 0) yield waitMs;
  if (options.has("hang")) yield HANG;
  if (options.has("reset") || options.has("close")) {
    yield half;
    if (options.has("reset")) yield 30;
    yield options.has("reset") ? RESET : CLOSE;
  }
  const broken = options.has("half") || options.has("end") || options.has("garbage");
  progress.failed = options.has("stream-error");
  progress.ended = !broken && !progress.failed;
  call.journal.tokensSent = progress.ended ? progress.tokens : 0;
  yield broken ? half : body;
}

function answerCall(call: Call, res: ServerResponse, metadata: JsonObject, demo: boolean): void {
  const { options, request, world, answer } = call;
  const pace = paceOf(demo, options, world.settings, request.hash);
  const progress: Progress = { tokens: 0, reasoningTokens: 0, ended: false, failed: false };
  const done = (end: PlayEnd) => settle(call, settlementOf(call, progress, end));
  if (request.stream) {
    const scene: Scene = { call, chunks: chunksOf(call), pace, progress, closing: metadata };
    play(call, res, streamScript(scene), done);
    return;
  }
  // An answer without stream is billed whole from its headers on, whatever becomes of it.
  Object.assign(progress, wholeAnswer(answer));
  const body = JSON.stringify(jsonAnswer(call, metadata));
  play(call, res, jsonScript(call, body, pace.wholeMs(progress.tokens), progress), done);
}

function answerReplay(call: Call, res: ServerResponse, recording: Recording): void {
  const { options, request, journal, world } = call;
  const whole = replaySettlement(call, recording, "finished");
  journal.answerTokens = whole.produced.tokens;
  journal.promptTokens = whole.counts?.promptTokens ?? 0;
  const rate = options.number("rate", 0);
  const events = request.stream ? replayEvents(recording, call.id) : [JSON.stringify(replayBody(recording, call.id))];
  let left = events.length;
  const script = replayScript(events, rate > 0 ? 1000 / rate : 0, (event) => {
    left -= 1;
    if (event.startsWith("data: {")) {
      journal.eventsSent += 1;
      journal.firstTokenAt ??= isoNow(world);
    }
  });
  play(call, res, script, (end) => {
    const finished = left === 0 || end === "played";
    if (finished) journal.tokensSent = whole.produced.tokens;
    settle(call, finished ? whole : replaySettlement(call, recording, "aborted"));
  });
}

function hangForever(call: Call, res: ServerResponse): void {
  res.once("close", () => {
    call.journal.abortedAt = isoNow(call.world);
    settleUnseen(call, "aborted");
  });
}

/** Answers one chat request. Throws faults for everything that is refused before a model is called. */
export async function chat(exchange: Exchange, body: JsonObject, wantsMetadata: boolean): Promise<void> {
  const { world, res, key } = exchange;
  const admitted = admit(world, key, body);
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
  writeHeaders(res, call);
  if (recording) return answerReplay(call, res, recording);
  answerCall(call, res, wantsMetadata ? routingMetadata(call) : {}, isDemo(ingredients));
}
