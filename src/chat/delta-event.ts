// The `message:delta` event: its JSON is made here once, by the worker or from the row, and goes to browsers as it is.
import { type LiveEvent } from "#src/realtime/live-line";
import { DELTA } from "#src/realtime/room";
import { type DeltaParts } from "./delta-cuts.js";

/** The event's JSON. @param seq counts 1, 2, 3 … within (messageId, attempt) */
export function deltaJson(messageId: string, attempt: number, seq: number, parts: DeltaParts): string {
  const { text, reasoning, toolCalls, annotations } = parts;
  return JSON.stringify({
    messageId,
    attempt,
    seq,
    ...(text !== undefined && { text }),
    ...(reasoning !== undefined && { reasoning }),
    ...(toolCalls && { toolCalls }),
    ...(annotations && { annotations }),
  });
}

/** The event with its place. */
export function deltaEvent(
  place: { workspaceId: string; conversationId: string; messageId: string },
  at: { attempt: number; seq: number },
  json: string,
): LiveEvent {
  return { ...place, ...at, event: DELTA, json };
}
