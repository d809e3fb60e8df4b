// Server-sent events as an async iterable, by the WHATWG parsing rules (html.spec.whatwg.org §9.2.6).

/** One event of a stream. `event` is "message" unless the server named it; `id` is the newest id seen so far. */
export interface ServerSentEvent {
  event: string;
  data: string;
  id: string;
}

/** Turns pieces of text, cut anywhere, into events. An event that is not closed by an empty line is dropped, as the rules say. */
export class EventStreamParser {
  private rest = "";
  private started = false;
  private event = "";
  private data: string[] = [];
  private id = "";

  /** Feeds the next piece and returns the events that it completed. */
  push(piece: string): ServerSentEvent[] {
    let text = this.rest + piece;
    if (!this.started && text !== "") {
      this.started = true;
      if (text.startsWith("\uFEFF")) text = text.slice(1);
    }
    const events: ServerSentEvent[] = [];
    let from = 0;
    for (;;) {
      const end = nextLineEnd(text, from);
      if (end === undefined) break;
      const completed = this.line(text.slice(from, end.at));
      if (completed) events.push(completed);
      from = end.next;
    }
    this.rest = text.slice(from);
    return events;
  }

  private line(line: string): ServerSentEvent | undefined {
    if (line === "") return this.dispatch();
    if (line.startsWith(":")) return undefined;
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const raw = colon < 0 ? "" : line.slice(colon + 1);
    const value = raw.startsWith(" ") ? raw.slice(1) : raw;
    if (field === "data") this.data.push(value);
    else if (field === "event") this.event = value;
    else if (field === "id" && !value.includes("\0")) this.id = value;
    return undefined;
  }

  private dispatch(): ServerSentEvent | undefined {
    const { data, event, id } = this;
    this.data = [];
    this.event = "";
    return data.length === 0 ? undefined : { event: event || "message", data: data.join("\n"), id };
  }
}

/** A line ends with LF, CR or CRLF; a CR at the very end of the piece may be the first half of CRLF, so it waits. */
function nextLineEnd(text: string, from: number): { at: number; next: number } | undefined {
  for (let at = from; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 10) return { at, next: at + 1 };
    if (char !== 13) continue;
    if (at + 1 === text.length) return undefined;
    return { at, next: text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1 };
  }
  return undefined;
}

/** Reads a response body as events. Leaving the loop early closes the connection. */
export async function* eventsOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<ServerSentEvent, void, void> {
  if (!body) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventStreamParser();
  let done = false;
  try {
    for (;;) {
      const piece = await reader.read();
      done = piece.done;
      if (piece.done) return;
      yield* parser.push(decoder.decode(piece.value, { stream: true }));
    }
  } finally {
    if (!done) await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}
