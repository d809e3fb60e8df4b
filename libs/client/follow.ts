// Following one message over SSE, for programs without Socket.IO: typed events, resumed after a lost connection.
import type { ServerEventName, ServerEvents } from "./events.js";
import { TERMINAL_EVENTS } from "./events.js";
import type { CallOptions, Http } from "./http.js";
import { errorOfFetch, ParleyError } from "./parley-error.js";
import { eventsOf } from "./sse.js";

/** One event of a message's stream, under the same names as on the socket (contract §5). */
export type StreamEvent = { [E in ServerEventName]: { event: E; data: ServerEvents[E]; seq: number } }[ServerEventName];

/** Tries in a row that may fail before the loss is reported. */
const TRIES = 5;

/** Reads the events of an answer that was opened as `text/event-stream`. */
export async function* streamEvents(response: Response): AsyncGenerator<StreamEvent, void, void> {
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("text/event-stream"))
    throw new ParleyError("bad_answer", `Expected an event stream, got ${type}.`);
  for await (const { event, data, id } of eventsOf(response.body)) {
    let payload: unknown;
    try {
      payload = JSON.parse(data);
    } catch (cause) {
      throw new ParleyError("bad_answer", "An event of the stream is not JSON.", { cause });
    }
    yield { event, data: payload, seq: Number(id) || 0 } as StreamEvent;
  }
}

/**
 * Follows a message to its terminal event, asking again from the last seq when the connection breaks.
 * @param path of `messages/{id}/events`
 * @throws ParleyError when the server refuses, or cannot be reached five times in a row
 */
export async function* follow(
  http: Http,
  path: string,
  after = 0,
  options: Pick<CallOptions, "signal"> = {},
): AsyncGenerator<StreamEvent, void, void> {
  let seq = after;
  for (let failures = 0; failures < TRIES; failures += 1) {
    try {
      const response = await http.raw("GET", path, {
        ...options,
        query: { after: seq },
        headers: { accept: "text/event-stream" },
      });
      for await (const event of streamEvents(response)) {
        failures = 0;
        if (event.event === "message:restarted") seq = 0;
        if (event.event === "message:delta") seq = event.data.seq;
        yield event;
        if (isEnd(event.event)) return;
      }
    } catch (cause) {
      const error = errorOfFetch(cause);
      if (!error.retryable || failures + 1 === TRIES) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** failures));
  }
  throw new ParleyError("network", "The stream broke off again and again.", { retryable: true });
}

function isEnd(event: ServerEventName): boolean {
  return (TERMINAL_EVENTS as readonly string[]).includes(event);
}
