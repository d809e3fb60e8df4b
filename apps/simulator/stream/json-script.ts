// The script of an answer without stream: one JSON body, and the ways in which it can go wrong.
import { foldMessage } from "../answer/pieces.js";
import { type Call, wholeAnswer } from "../call.js";
import type { JsonObject } from "../wire/json.js";
import { streamErrorObject } from "./faults.js";
import { CLOSE, HANG, RESET, type Step } from "./play.js";
import { type Progress, usageOf } from "./scene.js";

/** Time in ms for the first half to reach the client before a reset. */
const ARRIVAL = 30;

/** The body of a `chat.completion`, or of the error that `stream-error` asks for. */
export function jsonAnswer(call: Call, metadata: JsonObject): JsonObject {
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

/** Plays a body: the pause, then the body or its broken half. */
export function* jsonScript(call: Call, body: string, waitMs: number, progress: Progress): Generator<Step, void> {
  const { options } = call;
  const half = body.slice(0, body.length >> 1);
  if (waitMs > 0) yield waitMs;
  if (options.has("hang")) yield HANG;
  if (options.has("reset") || options.has("close")) {
    yield half;
    if (options.has("reset")) yield ARRIVAL;
    yield options.has("reset") ? RESET : CLOSE;
  }
  const broken = options.has("half") || options.has("end") || options.has("garbage");
  progress.failed = options.has("stream-error");
  progress.ended = !broken && !progress.failed;
  call.journal.tokensSent = progress.ended ? progress.tokens : 0;
  yield broken ? half : body;
}
