// Texts of the scenario answers.
import { seeded } from "../text/random.js";

const WORDS =
  "the stream carries each token in order and the ledger adds every cost exactly while a worker keeps its promise that no " +
  "answer is lost when a process stops and another takes over so people read on without a gap or a repeat";

/** A short sentence that differs by prompt. */
export function plainText(hash: string): string {
  const openings = ["Hello from the simulator.", "This is a simulated answer.", "The simulator heard you."];
  return `${openings[Math.floor(seeded(hash)() * openings.length)]} It stays the same for the same prompt (${hash.slice(0, 8)}).`;
}

/** About `count` words of prose in sentences and paragraphs, the same for the same prompt. */
export function prose(hash: string, count: number): string {
  const random = seeded(hash);
  const words = WORDS.split(" ");
  const sentences: string[] = [];
  for (let left = count; left > 0; ) {
    const length = Math.min(left, 8 + Math.floor(random() * 10));
    const chosen = Array.from({ length }, () => words[Math.floor(random() * words.length)] ?? "token");
    const text = chosen.join(" ");
    sentences.push(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
    left -= length;
  }
  return sentences
    .map((sentence, index) => sentence + (index % 6 === 5 ? "\n\n" : " "))
    .join("")
    .trim();
}

/** Characters of 1 to 4 bytes, joined emoji, combining marks, right-to-left text, line separators and a NUL-free control. */
export const UNICODE_TEXT =
  "Grüße, 世界! 🌍🚀 Family: 👨‍👩‍👧‍👦, flag: 🇩🇪, skin: 👍🏽. Combining: e\u0301 n\u0303. שלום عليكم. Math: ∑ ∞ √2 ≈ 1.414. " +
  "Rare: 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𠜎𠜱. Separators:\u2028line\u2029paragraph. Tab:\tend — done ✅";

export const THINKING_TEXT =
  "The question is simple, so a short plan is enough. First I look at what is asked, then I choose the form, and then I answer.";

export const REFUSAL_TEXT = "I'm sorry, but I can't help with that.";

/** A PNG of about `bytes` bytes as a data URL: a real 1×1 image, padded behind its end, which decoders ignore. */
export function imageUrl(bytes: number): string {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
  const padded = Buffer.concat([png, Buffer.alloc(Math.max(0, bytes - png.length), 0x2e)]);
  return `data:image/png;base64,${padded.toString("base64")}`;
}

/** Two citations of a text, as the web plugin adds them. */
export function citations(text: string): object[] {
  const places = [
    { url: "https://example.com/parley", title: "Parley", content: "A self-hosted chat platform." },
    { url: "https://example.org/openrouter", title: "OpenRouter", content: "One interface for many models." },
  ];
  return places.map((place, index) => ({
    type: "url_citation",
    url_citation: { ...place, start_index: 0, end_index: Math.max(0, text.length - index) },
  }));
}
