// The borders of a message's deltas, kept with its text: from both, the deltas can be made again exactly.

/** What one delta carries; the members of a `message:delta` event beside its place. */
export interface DeltaParts {
  text?: string;
  reasoning?: string;
  toolCalls?: unknown[];
  annotations?: unknown[];
}

/** Lengths in UTF-16 units: of the text; of text and reasoning; or with the parts that are kept as they are. */
type Cut =
  | number
  | [text: number, reasoning: number]
  | { t: number; r: number; toolCalls?: unknown[]; annotations?: unknown[] };

/** Collects cuts while a message streams. */
export class DeltaCuts {
  private readonly cuts: string[] = [];

  /** Notes the next delta. */
  add({ text = "", reasoning = "", toolCalls, annotations }: DeltaParts): void {
    const cut: Cut =
      toolCalls || annotations
        ? { t: text.length, r: reasoning.length, ...(toolCalls && { toolCalls }), ...(annotations && { annotations }) }
        : reasoning === ""
          ? text.length
          : [text.length, reasoning.length];
    this.cuts.push(JSON.stringify(cut));
  }

  /** The column's value. */
  toString(): string {
    return `[${this.cuts.join(",")}]`;
  }
}

/** The number of deltas that the cuts describe. */
export function countCuts(cuts: string | null): number {
  return cuts === null ? 0 : (JSON.parse(cuts) as Cut[]).length;
}

/**
 * Makes the deltas after `afterSeq` again, as they were.
 * @param message content, reasoning and cuts of the row
 */
export function replayDeltas(
  message: { content: string; reasoning: string | null; streamCuts: string | null },
  afterSeq: number,
): (DeltaParts & { seq: number })[] {
  if (message.streamCuts === null) return [];
  const deltas: (DeltaParts & { seq: number })[] = [];
  let textAt = 0;
  let reasoningAt = 0;
  for (const [index, cut] of (JSON.parse(message.streamCuts) as Cut[]).entries()) {
    const [t, r] = typeof cut === "number" ? [cut, 0] : Array.isArray(cut) ? cut : [cut.t, cut.r];
    const { toolCalls, annotations }: DeltaParts = typeof cut === "object" && !Array.isArray(cut) ? cut : {};
    if (index >= afterSeq) {
      deltas.push({
        seq: index + 1,
        ...(t > 0 && { text: message.content.slice(textAt, textAt + t) }),
        ...(r > 0 && { reasoning: (message.reasoning ?? "").slice(reasoningAt, reasoningAt + r) }),
        ...(toolCalls && { toolCalls }),
        ...(annotations && { annotations }),
      });
    }
    textAt += t;
    reasoningAt += r;
  }
  return deltas;
}
