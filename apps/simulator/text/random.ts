// Deterministic choices from a text's hash, and ids that are never the same twice.
import { createHash, randomBytes } from "node:crypto";

/** SHA-256 as lower-case hex. */
export function sha256(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A repeatable stream of numbers in [0, 1) from a hex hash (mulberry32). */
export function seeded(hash: string): () => number {
  let state = Number.parseInt(hash.slice(0, 8), 16) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function alphanumerics(length: number): string {
  let text = "";
  for (const byte of randomBytes(length)) text += ALPHABET[byte % ALPHABET.length];
  return text;
}

/** A generation id as seen in recorded traffic: `gen-<unix seconds>-<20 alphanumerics>`. */
export function generationId(now: number): string {
  return `gen-${Math.floor(now / 1000)}-${alphanumerics(20)}`;
}

/** An id for a request in the journal. */
export function requestId(): string {
  return `req-${alphanumerics(16)}`;
}
