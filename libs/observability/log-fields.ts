// Which fields a log line may have, and how their values are made harmless. What is not listed here is dropped, so that
// no content, secret or cookie can slip into a log by accident.

const FIELDS = [
  "requestId",
  "jobId",
  "userId",
  "workspaceId",
  "conversationId",
  "messageId",
  "generationId",
  "callId",
  "keyId",
  "workerId",
  "inviteId",
  "mailId",
  "templateId",
  "attachmentId",
  "runId",
  "attempt",
  "epoch",
  "seq",
  "count",
  "total",
  "bytes",
  "ms",
  "durationMs",
  "waitMs",
  "delayMs",
  "status",
  "code",
  "reason",
  "method",
  "route",
  "queue",
  "job",
  "schedule",
  "scope",
  "kind",
  "state",
  "phase",
  "host",
  "port",
  "origin",
  "version",
  "name",
  "part",
  "ok",
  "retryable",
  "model",
  "provider",
  "finishReason",
  "costState",
  "role",
  "signal",
  "exitCode",
  "size",
  "active",
  "table",
  "chain",
  "mac",
  "migrations",
  "notice",
] as const;

/** The names that are allowed in a log line; add here, and think of what the value may hold. */
export type LogField = (typeof FIELDS)[number];
/** Plain values; texts are cut at 200 characters. */
export type LogValue = string | number | bigint | boolean | null | undefined | readonly string[];
/** Fields of one line. `error` may be any thrown value: only its name, code, harmless message and frames are written. */
export type LogFields = { [name in LogField]?: LogValue } & { error?: unknown };

const ALLOWED: ReadonlySet<string> = new Set(FIELDS);
const MAX_TEXT = 200;
const MAX_LIST = 20;

/** The fields that may be written, with harmless values. */
export function allowedFields(fields: LogFields): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === "error") kept["error"] = errorFacts(value);
    else if (ALLOWED.has(name) && value !== undefined) kept[name] = plain(value as LogValue);
  }
  return kept;
}

function plain(value: LogValue): unknown {
  if (typeof value === "string") return harmless(value);
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.slice(0, MAX_LIST).map((item) => harmless(String(item)));
  return typeof value === "number" || typeof value === "boolean" ? value : null;
}

// C0 and C1 controls (CR, LF, ESC and the one-byte CSI among them), DEL, line separators, and marks that reverse text direction.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;
// Second net behind the allow-list: provider keys, platform keys, bearer tokens, passwords in URLs.
const SECRETS = /\b(?:sk|pk)[-_][\w-]{6,}|\bBearer\s+\S+|\/\/[^/\s:@]*:[^/\s@]+@/gi;

/** One line of printable text of at most {@link MAX_TEXT} characters, without what looks like a secret. */
export function harmless(text: string, max = MAX_TEXT): string {
  const cut = text.length > max ? `${text.slice(0, max)}…` : text;
  return cut.replace(CONTROLS, " ").replace(SECRETS, "[hidden]");
}

const ENGINE_ERRORS = new Set(["TypeError", "RangeError", "ReferenceError"]);

/** What of a thrown value may be logged. Messages of foreign errors may quote input: all that is in quotes is left out. */
export function errorFacts(error: unknown, depth = 0): Record<string, unknown> {
  if (typeof error !== "object" || error === null) return { name: typeof error };
  const { name, code, message, stack, cause } = error as Record<string, unknown>;
  const facts: Record<string, unknown> = { name: typeof name === "string" ? harmless(name) : "Error" };
  if (typeof code === "string" || typeof code === "number") facts["code"] = plain(code);
  if (typeof message === "string" && name !== "SyntaxError") facts["message"] = withoutQuotes(String(name), message);
  if (typeof stack === "string") {
    const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
    if (frames.length > 0) facts["frames"] = frames.slice(0, 12).map((line) => harmless(line.trim()));
  }
  if (cause && depth < 3) facts["cause"] = errorFacts(cause, depth + 1);
  return facts;
}

function withoutQuotes(name: string, message: string): string {
  // The engine's own quotes hold property names, which are what one looks for.
  if (ENGINE_ERRORS.has(name) && message.length <= MAX_TEXT) return harmless(message);
  return harmless(message.replace(/["'`“‘].*["'`”’]/s, '"…"').replace(/["'`“‘][^"'`”’]*$/s, '"…'));
}
