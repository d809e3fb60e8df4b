// How many answers of the chat are written at once, and how many may wait.
import { z } from "zod";

const most = z.coerce.number().int().min(1).max(1_000_000);

export const chatVariables = {
  CHAT_STREAMS: most.default(1_000),
  CHAT_STREAMS_PER_WORKSPACE: most.default(200),
  CHAT_STREAMS_PER_USER: most.default(100),
  CHAT_QUEUED: most.default(10_000),
  CHAT_QUEUED_PER_WORKSPACE: most.default(1_000),
};

/** Answers of the chat. */
export interface ChatLimits {
  /** At once: in all, of a workspace, of a member in it. Others wait for their turn. */
  inAll: number;
  perWorkspace: number;
  perUser: number;
  /** Waiting: in all, of a workspace. Above: 429. */
  queued: number;
  queuedPerWorkspace: number;
}

export function chatLimits(env: Record<keyof typeof chatVariables, number>): ChatLimits {
  return {
    inAll: env.CHAT_STREAMS,
    perWorkspace: env.CHAT_STREAMS_PER_WORKSPACE,
    perUser: env.CHAT_STREAMS_PER_USER,
    queued: env.CHAT_QUEUED,
    queuedPerWorkspace: env.CHAT_QUEUED_PER_WORKSPACE,
  };
}
