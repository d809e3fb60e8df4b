// Server-sent events from bytes (WHATWG HTML §9.2.6), split anywhere; never decodes a byte twice, never grows without bound.

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;

/** Bounds of one stream, in bytes. */
export interface SseLimits {
  /** Longest line and longest event. An image comes as one line of base64, so this is megabytes, not kilobytes. */
  readonly maxEventBytes: number;
  /** Longest stream. */
  readonly maxTotalBytes: number;
}

/** 16 MiB an event (images of more than 1 MB are ordinary), 64 MiB a stream. */
export const DEFAULT_SSE_LIMITS: SseLimits = { maxEventBytes: 16 * 1024 * 1024, maxTotalBytes: 64 * 1024 * 1024 };

/** Thrown by the parser when a stream passes its limits. */
export class SseLimitError extends Error {
  override readonly name = "SseLimitError";
}

/**
 * Called for each complete event: its data (lines joined by LF), its name ("" if none) and whether it is a last event
 * that the end of the stream cut short of its blank line (which may be half an event).
 */
export type SseEventHandler = (data: string, name: string, unterminated: boolean) => void;

/**
 * Push parser. Accepts LF, CRLF and CR, comments, a field without the blank after its colon, data over several lines,
 * a byte order mark, and ignores lines of no known field, as the standard says. Events of no data are not reported.
 */
export class SseParser {
  /** Complete lines so far, comments included: a sign of life of the other side. */
  lines = 0;
  private total = 0;
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private skipLf = false;
  private data: string | null = null;
  private dataBytes = 0;
  private name = "";

  constructor(
    private readonly onEvent: SseEventHandler,
    private readonly limits: SseLimits = DEFAULT_SSE_LIMITS,
  ) {}

  /** Takes the next bytes. @throws SseLimitError */
  push(chunk: Buffer): void {
    this.total += chunk.length;
    if (this.total > this.limits.maxTotalBytes) throw new SseLimitError("stream too long");
    let start = 0;
    if (this.skipLf && chunk.length > 0) {
      if (chunk[0] === LF) start = 1;
      this.skipLf = false;
    }
    let lf = chunk.indexOf(LF, start);
    let cr = chunk.indexOf(CR, start);
    while (lf !== -1 || cr !== -1) {
      const end = cr === -1 || (lf !== -1 && lf < cr) ? lf : cr;
      this.endLine(chunk, start, end);
      start = end + 1;
      if (end === cr) {
        if (lf === start) start += 1;
        else if (start === chunk.length) this.skipLf = true;
      }
      // Each search goes on from where the last one stopped, so a chunk is scanned once for either byte.
      if (lf !== -1 && lf < start) lf = chunk.indexOf(LF, start);
      if (cr !== -1 && cr < start) cr = chunk.indexOf(CR, start);
    }
    if (start < chunk.length) this.hold(start === 0 ? chunk : chunk.subarray(start));
  }

  /** The stream is over: hands out an event that lacks its last line end or its blank line. */
  end(): void {
    if (this.pendingBytes > 0) this.endLine(Buffer.alloc(0), 0, 0);
    this.dispatch(true);
  }

  private hold(rest: Buffer): void {
    this.pending.push(rest);
    this.pendingBytes += rest.length;
    if (this.pendingBytes > this.limits.maxEventBytes) throw new SseLimitError("line too long");
  }

  private endLine(chunk: Buffer, start: number, end: number): void {
    this.lines += 1;
    if (this.pendingBytes === 0) {
      this.line(chunk, start, end);
      return;
    }
    if (end > start) this.hold(chunk.subarray(start, end));
    const whole =
      this.pending.length === 1 ? (this.pending[0] as Buffer) : Buffer.concat(this.pending, this.pendingBytes);
    this.pending = [];
    this.pendingBytes = 0;
    this.line(whole, 0, whole.length);
  }

  private line(bytes: Buffer, from: number, end: number): void {
    const start = this.lines === 1 && hasByteOrderMark(bytes, from, end) ? from + 3 : from;
    if (start === end) this.dispatch(false);
    else if (isField(bytes, start, end, "data")) this.addData(bytes, valueStart(bytes, start + 4, end), end);
    else if (isField(bytes, start, end, "event"))
      this.name = bytes.toString("utf8", valueStart(bytes, start + 5, end), end);
  }

  private addData(bytes: Buffer, start: number, end: number): void {
    this.dataBytes += end - start;
    if (this.dataBytes > this.limits.maxEventBytes) throw new SseLimitError("event too long");
    const text = bytes.toString("utf8", start, end);
    this.data = this.data === null ? text : `${this.data}\n${text}`;
  }

  private dispatch(unterminated: boolean): void {
    const { data, name } = this;
    this.data = null;
    this.dataBytes = 0;
    this.name = "";
    if (data !== null && data !== "") this.onEvent(data, name, unterminated);
  }
}

function hasByteOrderMark(bytes: Buffer, start: number, end: number): boolean {
  return end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
}

function isField(bytes: Buffer, start: number, end: number, field: string): boolean {
  const after = start + field.length;
  if (after > end || (after < end && bytes[after] !== COLON)) return false;
  for (let i = 0; i < field.length; i++) if (bytes[start + i] !== field.charCodeAt(i)) return false;
  return true;
}

function valueStart(bytes: Buffer, colon: number, end: number): number {
  if (colon >= end) return end;
  return colon + 1 < end && bytes[colon + 1] === SPACE ? colon + 2 : colon + 1;
}
