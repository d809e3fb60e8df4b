// SSE events of a stream, built from ready-made text so that a token costs one concatenation.
import type { Piece } from "../answer/pieces.js";
import type { JsonObject } from "../wire/json.js";

/** Deviations from the normal shape of chunks. */
export type ChunkShape = {
  readonly role: "each" | "once" | "never";
  readonly unknown: boolean;
  readonly nulls: boolean;
};

/** The same in every chunk of a stream. */
export type ChunkHead = {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly provider: string;
};

/** The comment that OpenRouter sends while it waits for the model. */
export const COMMENT = ": OPENROUTER PROCESSING\n\n";
export const DONE = "data: [DONE]\n\n";

/** Writes the events of one stream. */
export class Chunks {
  private readonly head: string;
  private readonly tail: string;
  private readonly extras: string;
  private roleSent = false;

  constructor(
    head: ChunkHead,
    private readonly shape: ChunkShape,
  ) {
    const { id, created, model, provider } = head;
    const fields = { id, object: "chat.completion.chunk", created, model, provider };
    const odd = shape.unknown ? { x_simulator: { nested: [1, null, "ü"] }, obfuscation: "xyz" } : {};
    const nulls = shape.nulls ? { system_fingerprint: null, service_tier: null } : {};
    this.extras = JSON.stringify({ ...fields, ...odd, ...nulls }).slice(0, -1);
    this.head = `data: ${this.extras},"choices":[{"index":0,"delta":{`;
    const inChoice = shape.nulls ? ',"logprobs":null' : "";
    this.tail = `,"finish_reason":null,"native_finish_reason":null${inChoice}}]}\n\n`;
  }

  private role(): string {
    if (this.shape.role === "never" || (this.shape.role === "once" && this.roleSent)) return "}";
    this.roleSent = true;
    return ',"role":"assistant"}';
  }

  /** One delta. */
  delta(piece: Piece): string {
    const nulls = this.shape.nulls && !piece.inner.includes('"tool_calls"') ? ',"tool_calls":null' : "";
    return this.head + piece.inner + nulls + this.role() + this.tail;
  }

  private choice(finish: string | null, native: string | null): string {
    const reasons = `"finish_reason":${JSON.stringify(finish)},"native_finish_reason":${JSON.stringify(native)}`;
    return `{"index":0,"delta":{"content":""${this.role()},${reasons}}`;
  }

  /** The chunk that ends the choice. */
  finish(finish: string | null, native: string | null): string {
    return `data: ${this.extras},"choices":[${this.choice(finish, native)}]}\n\n`;
  }

  /** The usage chunk; `where` says what stands in its `choices`. */
  usage(
    usage: JsonObject,
    where: "last" | "empty" | "null-finish",
    finish: string | null,
    native: string | null,
    more: JsonObject,
  ): string {
    const last = where === "last" ? this.choice(finish, native) : this.choice(null, null);
    const choices = where === "empty" ? "" : last;
    const rest = JSON.stringify({ ...more, usage }).slice(1);
    return `data: ${this.extras},"service_tier":null,"choices":[${choices}],${rest}\n\n`;
  }

  /** A chunk with empty `choices` and one more key. */
  aside(fields: JsonObject): string {
    return `data: ${this.extras},"choices":[],${JSON.stringify(fields).slice(1)}\n\n`;
  }

  /** An error in the stream. The recorded form has a null finish_reason and a usage of cost 0 in the same chunk. */
  error(error: JsonObject, form: "finish" | "recorded" | "no-choices", usage: JsonObject): string {
    const fields = JSON.stringify({ error }).slice(1, -1);
    if (form === "no-choices") return `data: ${this.extras},${fields}}\n\n`;
    if (form === "recorded") {
      const counted = JSON.stringify({ usage }).slice(1, -1);
      return `data: ${this.extras},${fields},"choices":[${this.choice(null, null)}],${counted}}\n\n`;
    }
    return `data: ${this.extras},${fields},"choices":[${this.choice("error", "error")}]}\n\n`;
  }
}
