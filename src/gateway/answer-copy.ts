// A copy of an answer as its client gets it, within bounds.

/** Longest answer that is kept, bytes. */
export const MOST_ANSWER_BYTES = 1024 * 1024;

/** A complete answer. */
export interface KeptAnswer {
  contentType: string;
  bytes: Buffer;
}

/** What an answer is told to on its way to the client. */
export interface AnswerSink {
  /** Bytes that the client gets. */
  add(chunk: Buffer): void;
  /** The last byte is there, and nothing went wrong. */
  complete(contentType: string): void;
}

/** Tells all that are there. */
export function toEach(...sinks: (AnswerSink | undefined)[]): AnswerSink | undefined {
  const [first, ...others] = sinks.filter((sink) => sink !== undefined);
  if (!first || others.length === 0) return first;
  return {
    add: (chunk) => {
      for (const sink of [first, ...others]) sink.add(chunk);
    },
    complete: (contentType) => {
      for (const sink of [first, ...others]) sink.complete(contentType);
    },
  };
}

/** Collects one answer; only one that is complete and not too long comes out. */
export class AnswerCopy implements AnswerSink {
  private chunks: Buffer[] = [];
  private bytes = 0;
  private contentType: string | undefined;

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > MOST_ANSWER_BYTES) this.chunks = [];
    else this.chunks.push(chunk);
  }

  complete(contentType: string): void {
    this.contentType = contentType;
  }

  /** Undefined: broken off, faulty or too long. */
  get answer(): KeptAnswer | undefined {
    if (this.contentType === undefined || this.bytes > MOST_ANSWER_BYTES) return undefined;
    return { contentType: this.contentType, bytes: Buffer.concat(this.chunks) };
  }
}
