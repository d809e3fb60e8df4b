// The two bodies of a logged call: collected within bounds, and packed into one to be sealed.
import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";

/** So much of each body is logged, bytes: what is longer is cut there, and says so. */
export const MOST_LOGGED_BYTES = 2 * 1024 * 1024;

/** Bytes before the request when it is packed: its length. */
const HEAD = 4;
const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** The beginning of a body. */
export class BodyCopy {
  /** Of the whole body. */
  bytes = 0;
  private kept = 0;
  private readonly chunks: Buffer[] = [];

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    const part = chunk.subarray(0, MOST_LOGGED_BYTES - this.kept);
    if (part.length === 0) return;
    this.kept += part.length;
    this.chunks.push(part);
  }

  get cut(): boolean {
    return this.bytes > this.kept;
  }

  /** What is held in memory. */
  get size(): number {
    return this.kept;
  }

  read(): Buffer {
    return Buffer.concat(this.chunks);
  }
}

/** What is logged of a call, as text; bytes that are no UTF-8 are shown as U+FFFD. */
export interface LoggedBodies {
  request: string;
  answer: string;
}

/** Makes one of both bodies, a fraction of their length; off the main thread. */
export async function pack(request: Buffer, answer: Buffer): Promise<Buffer> {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(request.length);
  return deflate(Buffer.concat([head, request, answer]));
}

/** Reads back what {@link pack} made. */
export async function unpack(packed: Buffer): Promise<LoggedBodies> {
  const bytes = await inflate(packed);
  const end = HEAD + bytes.readUInt32BE();
  return { request: textOf(bytes.subarray(HEAD, end)), answer: textOf(bytes.subarray(end)) };
}

/** A character that was cut in its middle is left out. */
function textOf(bytes: Buffer): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, { stream: true });
}
