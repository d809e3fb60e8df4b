// The script of a streamed answer: comments, deltas, the end with usage, and every way in which it can go wrong.
import type { Piece } from "../answer/pieces.js";
import { wholeAnswer } from "../call.js";
import { isoNow } from "../world.js";
import { COMMENT, DONE } from "./chunks.js";
import { faultOf, type StreamFault } from "./faults.js";
import { HANG, type Step } from "./play.js";
import { type Scene, usageOf } from "./scene.js";

function* waiting(totalMs: number, commentMs: number): Generator<Step, void> {
  let left = totalMs;
  if (commentMs > 0) {
    yield COMMENT;
    for (; left > commentMs; left -= commentMs) {
      yield commentMs;
      yield COMMENT;
    }
  }
  if (left > 0) yield left;
}

function send(scene: Scene, piece: Piece): string {
  const { call, progress, chunks } = scene;
  progress.tokens += piece.tokens;
  progress.reasoningTokens += piece.reasoningTokens;
  // Counted before the event is handed over: the client may leave at any moment after it.
  call.journal.tokensSent = progress.tokens;
  call.journal.eventsSent += 1;
  call.journal.firstTokenAt ??= isoNow(call.world);
  return chunks.delta(piece);
}

function* closing({ call, chunks, progress, closing: more }: Scene): Generator<Step, void> {
  const { options, answer } = call;
  const { finish, nativeFinish } = answer;
  const produced = wholeAnswer(answer);
  const where = options.text("usage") ?? "last";
  yield chunks.finish(finish, nativeFinish);
  if (where !== "missing") {
    const place = where === "empty" || where === "null-finish" ? where : "last";
    const event = chunks.usage(usageOf(call, produced), place, finish, nativeFinish, more);
    yield event;
    if (where === "twice") yield event;
  }
  progress.ended = true;
  if (!options.has("no-done")) yield DONE;
}

function* faulty(scene: Scene, fault: StreamFault): Generator<Step, boolean> {
  const { steps, failed, goesOn } = fault.play(scene);
  if (failed) scene.progress.failed = true;
  yield* steps;
  return goesOn;
}

/** Plays an answer from the first comment to [DONE], with the fault that the switches ask for on the way. */
export function* streamScript(scene: Scene): Generator<Step, void> {
  const { call, chunks, pace } = scene;
  const { options, answer } = call;
  const pieces = answer.pieces;
  const fault = faultOf(options);
  const place = options.number("after", Math.floor(pieces.length / 2));
  const hangAt = options.has("hang") ? options.number("after", 0) : -1;
  const stallAt = options.has("stall") ? place : -1;
  yield* waiting(pace.firstMs, pace.commentMs);
  if (options.has("debug")) yield chunks.aside({ debug: { echo_upstream_body: { model: call.served, stream: true } } });
  for (let index = 0; index <= pieces.length; index += 1) {
    if (index === hangAt) yield HANG;
    if (index === stallAt) yield* waiting(options.number("stall", 0), pace.commentMs);
    if (fault && index === Math.min(place, pieces.length) && !(yield* faulty(scene, fault))) return;
    const piece = pieces[index];
    if (!piece) break;
    yield send(scene, piece);
    const gap = pace.gapMs(piece.tokens);
    if (gap > 0) yield gap;
  }
  yield* closing(scene);
}
