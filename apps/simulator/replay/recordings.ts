// Recorded exchanges with OpenRouter, read by file name.
import { listData, readData } from "../data-files.js";
import { asArray, asObject, asText, countOf, type JsonObject, parseExact } from "../wire/json.js";

/** One recorded exchange. Numbers inside are exact literals (see parseExact). */
export type Recording = {
  readonly name: string;
  readonly path: string;
  readonly status: number;
  /** The answer was an event stream. */
  readonly stream: boolean;
  readonly request: JsonObject;
  /** The SSE text as recorded; empty for JSON answers. */
  readonly text: string;
  /** The JSON answer, or the chunks' fold is made from `events`. */
  readonly body: JsonObject;
  /** The parsed data events of a stream. */
  readonly events: readonly JsonObject[];
  /** The generation id in the recording, if it has one. */
  readonly id: string | undefined;
};

/** The data events of an SSE text that hold JSON. */
export function parseEvents(text: string): JsonObject[] {
  return text.split("\n").flatMap((line) => {
    if (!line.startsWith("data: {")) return [];
    return [asObject(parseExact(line.slice("data: ".length))) ?? {}];
  });
}

function read(name: string, source: string): Recording {
  const raw = asObject(parseExact(source)) ?? {};
  const stream = raw["stream"] === true;
  const text = stream ? (asText(raw["response"]) ?? "") : "";
  const body = stream ? {} : (asObject(raw["response"]) ?? {});
  const events = parseEvents(text);
  return {
    name,
    path: String(raw["path"]).replace("/api/v1", ""),
    status: countOf(raw["status"]),
    stream,
    request: asObject(raw["request"]) ?? {},
    text,
    body,
    events,
    id: asText(stream ? (events[0]?.["id"] ?? asObject(events[0]?.["response"])?.["id"]) : body["id"]),
  };
}

/** All recordings of the data folder; each is read when it is first asked for. */
export class Recordings {
  private readonly loaded = new Map<string, Recording>();
  readonly names: readonly string[];
  private readonly known: ReadonlySet<string>;

  constructor(private readonly dataDir: string) {
    this.names = listData(dataDir, "recordings", ".json");
    this.known = new Set(this.names);
  }

  get(name: string): Recording | undefined {
    const ready = this.loaded.get(name);
    if (ready || !this.known.has(name)) return ready;
    const recording = read(name, readData(this.dataDir, "recordings", `${name}.json`));
    this.loaded.set(name, recording);
    return recording;
  }
}

/** The usage object of a recording: the body's, or the last one in the stream. */
export function recordedUsage(recording: Recording): JsonObject | undefined {
  const events = recording.events.map((event) => asObject(event["response"]) ?? event);
  const source = recording.stream ? events.findLast((event) => event["usage"]) : recording.body;
  return asObject(source?.["usage"]);
}

/** The first choice of a body or chunk. */
export function firstChoice(body: JsonObject): JsonObject {
  return asObject(asArray(body["choices"])[0]) ?? {};
}
