// Ways in which a stream can break, each at a chosen chunk.
import type { Options } from "../scenario/options.js";
import type { JsonObject } from "../wire/json.js";
import { DONE } from "./chunks.js";
import { CLOSE, RESET, type Step } from "./play.js";
import { type Scene, usageOf } from "./scene.js";

/** A fault, ready to be played at its place. */
export type StreamFault = {
  play(scene: Scene): {
    readonly steps: Iterable<Step>;
    /** Ends in an error, so its tokens are not charged. */
    readonly failed: boolean;
    /** Whether the answer continues behind the fault. */
    readonly goesOn: boolean;
  };
};

/** Time in ms for the bytes before a cut to reach the client; a reset drops what is still on its way. */
const ARRIVAL = 30;

/** The error object that `stream-error` puts into the stream. */
export function streamErrorObject(options: Options): JsonObject {
  const form = options.text("stream-error") ?? "int";
  const code = options.number("error-code", form === "recorded" ? 400 : 502);
  if (form === "recorded") return { code, message: "Token limit reached" };
  const metadata = { error_type: "provider_unavailable", provider_code: "upstream_error" };
  return { code: form === "string" ? "server_error" : code, message: "Provider disconnected unexpectedly", metadata };
}

function errorEvent(options: Options): StreamFault {
  const form = options.text("stream-error");
  return {
    play: (scene) => {
      const { call, chunks, progress } = scene;
      const shape = form === "recorded" ? "recorded" : form === "no-choices" ? "no-choices" : "finish";
      const event = chunks.error(streamErrorObject(options), shape, usageOf(call, progress, true));
      const steps: Step[] = form === "recorded" ? [chunks.finish("length", "length"), event, DONE] : [event];
      return { steps, failed: true, goesOn: false };
    },
  };
}

const steps = (list: readonly Step[], goesOn: boolean): StreamFault => ({
  play: () => ({ steps: list, failed: false, goesOn }),
});

/** The fault that the switches ask for. */
export function faultOf(options: Options): StreamFault | undefined {
  if (options.has("stream-error")) return errorEvent(options);
  if (options.has("reset")) return steps([ARRIVAL, RESET], false);
  if (options.has("close")) return steps([CLOSE], false);
  if (options.has("end")) return steps([], false);
  if (options.has("garbage"))
    return steps(['data: {"id":"gen-broken","choices":[{"index":0,"delta":{"content":"lo\n\n'], true);
  if (options.has("no-sse")) return steps(["<html>oops</html>\nnot a field\n\nfoo: bar\n\n"], true);
  if (options.has("half"))
    return steps(['data: {"id":"gen-half","object":"chat.completion.chunk","choices":[{"ind'], false);
  return undefined;
}
