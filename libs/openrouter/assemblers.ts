// Joins the pieces of a stream into what is stored and sent back: tool calls by index, reasoning details by index and type.
import type { ToolCallDelta } from "./answer.types.js";
import type { ReasoningDetail, ToolCall } from "./request.types.js";

interface OpenCall {
  readonly index: number;
  id: string;
  name: string;
  readonly pieces: string[];
}

/** Joins tool call pieces (contract §2.3 item 4). Arguments are JSON text to be parsed only when the answer is complete. */
export class ToolCallAssembler {
  private readonly open = new Map<number, OpenCall>();
  private last = -1;

  /** Takes the pieces of one delta event. */
  add(pieces: readonly ToolCallDelta[]): void {
    for (const piece of pieces) {
      const index = piece.index ?? this.indexWithout(piece);
      const call = this.open.get(index) ?? { index, id: "", name: "", pieces: [] };
      this.open.set(index, call);
      this.last = index;
      if (piece.id && call.id === "") call.id = piece.id;
      if (piece.function?.name && call.name === "") call.name = piece.function.name;
      if (piece.function?.arguments) call.pieces.push(piece.function.arguments);
    }
  }

  /** The calls so far, in the order of their index. */
  calls(): readonly ToolCall[] {
    const sorted = [...this.open.values()].sort((a, b) => a.index - b.index);
    return sorted.map((call) => ({
      id: call.id === "" ? `call_${call.index}` : call.id,
      type: "function",
      function: { name: call.name, arguments: call.pieces.join("") },
    }));
  }

  /** Some compatible endpoints leave `index` out: a new id begins a new call, else the last one goes on. */
  private indexWithout(piece: ToolCallDelta): number {
    for (const call of this.open.values()) if (piece.id && call.id === piece.id) return call.index;
    return piece.id || this.last === -1 ? Math.max(-1, ...this.open.keys()) + 1 : this.last;
  }
}

/** Text-like keys of a detail, which come in pieces. */
const JOINED = ["text", "summary", "data"] as const;

/** Joins reasoning details so that they can be sent back with the assistant's message, signatures included. */
export class ReasoningDetailAssembler {
  private readonly details: Record<string, unknown>[] = [];

  /** Takes the details of one delta event. */
  add(pieces: readonly ReasoningDetail[]): void {
    for (const piece of pieces) {
      const known =
        piece.index === undefined
          ? this.details.at(-1)
          : this.details.findLast((detail) => detail["index"] === piece.index);
      if (known === undefined || !continues(known, piece)) this.details.push({ ...piece });
      else merge(known, piece);
    }
  }

  /** The details so far. */
  all(): readonly ReasoningDetail[] {
    return this.details as unknown as readonly ReasoningDetail[];
  }
}

function continues(known: Record<string, unknown>, piece: ReasoningDetail): boolean {
  if (known["type"] !== piece.type || known["index"] !== piece.index) return false;
  // Encrypted blocks come whole: a second one with an own id is another block.
  return piece.id == null || known["id"] == null || known["id"] === piece.id;
}

function merge(known: Record<string, unknown>, piece: ReasoningDetail): void {
  for (const [key, value] of Object.entries(piece)) {
    if (value === null || value === undefined) continue;
    const before = known[key];
    const joined =
      (JOINED as readonly string[]).includes(key) && typeof before === "string" && typeof value === "string";
    known[key] = joined ? before + value : value;
  }
}
