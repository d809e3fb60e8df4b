// The bundled OpenRouter simulator as a test peer: started like the others, asked over HTTP what it saw and billed.
import { join } from "node:path";
import { Child } from "./child.js";

/** What the simulator noted about one request; money is a plain decimal in USD. */
export interface JournalEntry {
  seq: number;
  path: string;
  /** A fingerprint of the key that was used. */
  key: string | null;
  model: string | null;
  generationId: string | null;
  outcome: "running" | "finished" | "aborted" | "broken" | "rejected";
  status: number | null;
  tokensSent: number;
  /** When the headers were written, ISO time. */
  headersAt: string | null;
  /** Null while the call runs. */
  billed: string | null;
  body?: string;
}

/** A running simulator. */
export class Simulator {
  private constructor(
    readonly child: Child,
    readonly origin: string,
  ) {}

  static async start(root: string): Promise<Simulator> {
    const args = [join(root, "dist", "apps", "simulator", "main.js")];
    const env = { SIMULATOR_PORT: "0", NODE_ENV: "test" };
    const child = new Child({ name: "simulator", command: process.execPath, args, env, ipc: true });
    const [, url = ""] = await child.line(/simulator ready\S* (\S+)/i);
    return new Simulator(child, new URL(url).origin);
  }

  /** Base URL for an OpenRouter client. */
  get apiUrl(): string {
    return `${this.origin}/api/v1`;
  }

  /** Changes its settings, by their names (apps/simulator/state/settings.ts). */
  async set(settings: Record<string, number | boolean>): Promise<void> {
    await this.control(settings);
  }

  private async control(body: object): Promise<void> {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${this.origin}/__control`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** An ended call costs otherwise after all: in its record, the bill and the journal. */
  async amend(generationId: string, usd: string): Promise<void> {
    await this.control({ generations: { [generationId]: usd } });
  }

  /** The calls whose last user message holds `text`, oldest first. */
  async calls(text: string): Promise<JournalEntry[]> {
    const all = await this.journal();
    return all.filter(({ path, body }) => path.endsWith("/chat/completions") && lastUserText(body).includes(text));
  }

  /** The call that made a generation. */
  async call(generationId: string): Promise<JournalEntry | undefined> {
    const all = await this.journal();
    return all.find((entry) => entry.generationId === generationId && entry.path.endsWith("/chat/completions"));
  }

  /** Every request it answered, oldest first. */
  async journal(): Promise<JournalEntry[]> {
    const response = await fetch(`${this.origin}/__journal`);
    const { data } = (await response.json()) as { data: JournalEntry[] };
    return data;
  }
}

function lastUserText(body: string | undefined): string {
  if (body === undefined) return "";
  try {
    const { messages = [] } = JSON.parse(body) as { messages?: { role: string; content: unknown }[] };
    const last = messages.findLast(({ role }) => role === "user");
    return typeof last?.content === "string" ? last.content : JSON.stringify(last?.content ?? "");
  } catch {
    return "";
  }
}
