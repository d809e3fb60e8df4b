// Takes the usage chunk out of a stream whose client did not ask for one: code that reads `choices[0]` breaks on it.

const BLANK_LINE = /\r\n\r\n|\n\n|\r\r/g;
const EMPTY_CHOICES = /"choices"\s*:\s*\[\s*\]/;
const USAGE = /"usage"\s*:\s*\{/;

/**
 * For endpoints that report usage only when asked (`stream_options.include_usage`), where we asked and the client did not.
 * Holds back the event that is not complete yet; all others pass as they are.
 */
export class HideUsage {
  private rest = "";

  /** The bytes to pass on. latin1 keeps every byte as it is. */
  push(chunk: Buffer): Buffer {
    this.rest += chunk.toString("latin1");
    let start = 0;
    let kept = "";
    for (const { index, 0: end } of this.rest.matchAll(BLANK_LINE)) {
      const after = index + end.length;
      const event = this.rest.slice(start, after);
      if (!(EMPTY_CHOICES.test(event) && USAGE.test(event))) kept += event;
      start = after;
    }
    this.rest = this.rest.slice(start);
    return Buffer.from(kept, "latin1");
  }

  /** What is left when the stream is over. */
  end(): Buffer {
    const { rest } = this;
    this.rest = "";
    return Buffer.from(rest, "latin1");
  }
}
