// For the specs beside: a message row as the server sends it.
import type { Message } from "./types.js";

/** An empty pending answer; `part` changes it. */
export function aMessage(part: Partial<Message> = {}): Message {
  return {
    id: "0190f5fe-7c00-7a00-8000-000000000001",
    conversationId: "0190f5fe-7c00-7a00-8000-0000000000c0",
    parentId: null,
    role: "assistant",
    status: "pending",
    attempt: 1,
    content: "",
    reasoning: null,
    toolCalls: null,
    annotations: null,
    model: "sim/plain",
    provider: null,
    finishReason: null,
    usage: null,
    costUsd: null,
    costState: "none",
    latencyMs: null,
    firstTokenMs: null,
    generationId: null,
    error: null,
    clientMessageId: null,
    createdBy: null,
    createdAt: "2026-01-01T00:00:00.000Z",
    completedAt: null,
    ...part,
  };
}
