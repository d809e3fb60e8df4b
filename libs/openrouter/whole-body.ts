// Collects an answer that is not a stream of events, within bounds.
import { SseLimitError } from "./sse.js";

/** An error page is read this far, in bytes; the rest would tell nothing more. */
const MAX_ERROR_BYTES = 64 * 1024;

/** Bytes of a whole answer. */
export class WholeBody {
  private chunks: Buffer[] = [];
  private bytes = 0;

  /** `maxBytes` bounds a good answer; without it this is an error's body, which is cut instead of refused. */
  constructor(private readonly maxBytes?: number) {}

  /** Takes bytes; "enough" = the rest need not be read. @throws SseLimitError if a good answer is too long. */
  add(chunk: Buffer): "more" | "enough" {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    if (this.maxBytes === undefined) return this.bytes >= MAX_ERROR_BYTES ? "enough" : "more";
    if (this.bytes > this.maxBytes) throw new SseLimitError("answer too long");
    return "more";
  }

  /** What was read, as it came. */
  raw(): Buffer {
    // Most answers are one chunk.
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks, this.bytes)];
    return this.chunks[0] ?? Buffer.alloc(0);
  }

  /** What was read, as text. */
  text(): string {
    return this.raw().toString("utf8");
  }
}
