// New rows of the message tree.
import { createHash } from "node:crypto";
import { newId } from "#libs/database/index";
import { type CompletionParams } from "./conversation.entity.js";
import { Message } from "./message.entity.js";

type Place = Pick<Message, "workspaceId" | "conversationId" | "parentId" | "createdBy">;

const EMPTY = {
  reasoning: null,
  reasoningDetails: null,
  toolCalls: null,
  annotations: null,
  model: null,
  provider: null,
  params: null,
  finishReason: null,
  promptTokens: null,
  completionTokens: null,
  reasoningTokens: null,
  cachedTokens: null,
  costUsd: null,
  costState: "none" as const,
  latencyMs: null,
  firstTokenMs: null,
  generationId: null,
  error: null,
  streamCuts: null,
  clientMessageId: null,
  requestHash: null,
  completedAt: null,
};

/** What a person wrote; complete from the start. */
export function userMessage(
  place: Place,
  content: string,
  client: Pick<Message, "clientMessageId" | "requestHash">,
): Message {
  const now = Date.now();
  const own = { id: newId(), role: "user" as const, status: "completed" as const, attempt: 1, content, createdAt: now };
  return Object.assign(new Message(), EMPTY, place, own, client, { completedAt: now });
}

/** The answer that is about to be generated. `kept` is the text it goes on from. */
export function assistantMessage(
  place: Place,
  request: { model: string; params: CompletionParams; kept?: string },
  client: Partial<Pick<Message, "clientMessageId" | "requestHash">> = {},
): Message {
  const { model, params, kept = "" } = request;
  const own = {
    id: newId(),
    role: "assistant" as const,
    status: "pending" as const,
    attempt: 1,
    createdAt: Date.now(),
  };
  return Object.assign(new Message(), EMPTY, place, own, { content: kept, model, params }, client);
}

/** Canonical JSON: keys sorted, absent and undefined the same. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`;
}

/** A request's fingerprint: the same clientMessageId with another one is a conflict. */
export function requestHash(kind: string, body: object): string {
  return createHash("sha256").update(kind).update(canonical(body)).digest("hex");
}

/** A title out of the first message: its first line, cut at a word. */
export function titleFrom(content: string): string {
  const line = content
    .replace(/\s+/g, " ")
    .replace(/^[#>*\-\s`]+/, "")
    .trim();
  if (line.length <= 60) return line || "New conversation";
  const cut = line.slice(0, 60);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), 30)).toWellFormed()}…`;
}
