// Keeps answers for later, after their client has them; nobody waits for it but the end of the process.
import { Injectable } from "@nestjs/common";
import { Logger } from "#libs/observability/index";
import { AnswerCache, type RequestParts } from "./answer-cache.js";
import { type KeptAnswer } from "./answer-copy.js";
import { OpenCalls } from "./open-calls.js";

@Injectable()
export class KeepAnswers {
  constructor(
    private readonly cache: AnswerCache,
    private readonly open: OpenCalls,
    private readonly logger: Logger,
  ) {}

  /** The answer to the same request, while it lasts. */
  find(workspaceId: string, parts: RequestParts): Promise<KeptAnswer | undefined> {
    return this.cache.find(workspaceId, parts);
  }

  /** What is not kept is asked again: no error of the client's. */
  keep(workspaceId: string, parts: RequestParts, answer: KeptAnswer): void {
    const ended = this.cache
      .keep(workspaceId, parts, answer)
      .catch((error: unknown) => this.logger.warn("gateway_answer_not_kept", { workspaceId, error }));
    this.open.add({ ended, interrupt: () => undefined });
  }
}
