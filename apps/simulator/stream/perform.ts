// Performs an accepted call: plays its answer to the client and settles it by what became of that.
import type { ServerResponse } from "node:http";
import { type Call, cancelStopsBilling, wholeAnswer } from "../call.js";
import type { Recording } from "../replay/recordings.js";
import { replayBody, replayEvents, replayScript, replaySettlement } from "../replay/replay.js";
import { type Settlement, settle } from "../settle.js";
import type { JsonObject } from "../wire/json.js";
import { isoNow } from "../world.js";
import { byteForm } from "./bytes.js";
import { Chunks } from "./chunks.js";
import { jsonAnswer, jsonScript } from "./json-script.js";
import { type Pace, paceOf } from "./pace.js";
import { Play, type PlayEnd, type Script } from "./play.js";
import type { Progress } from "./scene.js";
import { streamScript } from "./script.js";

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

/** How an answer is written: as a stream, and as one body. */
export type AnswerWriter = {
  stream(pace: Pace, progress: Progress): Script;
  whole(): JsonObject;
};

/** Writes chat completions. */
export const chatWriter = (call: Call, metadata: JsonObject): AnswerWriter => ({
  stream: (pace, progress) => streamScript({ call, chunks: chunksOf(call), pace, progress, closing: metadata }),
  whole: () => jsonAnswer(call, metadata),
});

/** Answers from the composed pieces, streamed or as JSON. */
export function answerCall(call: Call, res: ServerResponse, writer: AnswerWriter, demo: boolean): void {
  const { options, request, world, answer } = call;
  const pace = paceOf(demo, options, world.settings, request.hash);
  const progress: Progress = { tokens: 0, reasoningTokens: 0, ended: false, failed: false };
  const done = (end: PlayEnd) => settle(call, settlementOf(call, progress, end));
  if (request.stream) {
    play(call, res, writer.stream(pace, progress), done);
    return;
  }
  // An answer without stream is billed whole from its headers on, whatever becomes of it.
  Object.assign(progress, wholeAnswer(answer));
  const body = JSON.stringify(writer.whole());
  play(call, res, jsonScript(call, body, pace.wholeMs(progress.tokens), progress), done);
}

/** Answers from a recording. */
export function answerReplay(call: Call, res: ServerResponse, recording: Recording): void {
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
