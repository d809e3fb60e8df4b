// What clients may have seen of a dead worker's stream, read out of the log or the last checkpoint.

import { Injectable } from "@nestjs/common";
import { ToolCallAssembler } from "#libs/openrouter/index";
import { EventLog } from "#libs/redis/index";
import { GenerationNotes } from "#src/usage/generation-notes";
import { ChatReplay } from "./chat-replay.js";
import { DeltaCuts, type DeltaParts } from "./delta-cuts.js";
import { type Generation } from "./generation.entity.js";
import { type Message, type ToolCall } from "./message.entity.js";

/** A message's text as far as clients may have seen it. */
export type SeenText = Partial<Pick<Message, "content" | "reasoning" | "toolCalls" | "annotations" | "streamCuts">>;

@Injectable()
export class StreamRecovery {
  constructor(
    private readonly log: EventLog,
    private readonly replay: ChatReplay,
    private readonly notes: GenerationNotes,
  ) {}

  /**
   * Finds the ids of calls that were not committed; closes the attempt's log, so that a worker that is only frozen cannot add to it, then reads it (or the checkpoint).
   * @returns the message's text as far as it was seen; null when no delta was
   */
  async execute(generation: Generation, message: Message): Promise<SeenText | null> {
    await this.notes.restore(message.id);
    await this.log.fence(message.id, generation.attempt);
    const deltas = await this.replay.deltas(message.id, generation.attempt, 0);
    if (deltas.length === 0) return null;
    const cuts = new DeltaCuts();
    const tools = new ToolCallAssembler();
    const annotations: unknown[] = [];
    let content = "";
    let reasoning = "";
    for (const { json } of deltas) {
      const parts = partsOf(json);
      cuts.add(parts);
      content += parts.text ?? "";
      reasoning += parts.reasoning ?? "";
      tools.add((parts.toolCalls ?? []) as Parameters<ToolCallAssembler["add"]>[0]);
      annotations.push(...(parts.annotations ?? []));
    }
    const calls = tools.calls() as ToolCall[];
    return {
      content,
      reasoning: reasoning || null,
      toolCalls: calls.length > 0 ? calls : null,
      annotations: annotations.length > 0 ? annotations : null,
      streamCuts: cuts.toString(),
    };
  }
}

function partsOf(json: string): DeltaParts {
  const { text, reasoning, toolCalls, annotations } = JSON.parse(json) as DeltaParts;
  return {
    ...(text !== undefined && { text }),
    ...(reasoning !== undefined && { reasoning }),
    ...(toolCalls && { toolCalls }),
    ...(annotations && { annotations }),
  };
}

/** The text that a continued answer began with, as its one delta. */
export function keptOf(message: Message): SeenText {
  if (message.content === "") return {};
  const cuts = new DeltaCuts();
  cuts.add({ text: message.content });
  return { streamCuts: cuts.toString() };
}
