// The job: ask once more what a settled call has cost, and add a correction where it is otherwise by now.
import { Injectable } from "@nestjs/common";
import { Logger } from "#libs/observability/index";
import { Handles } from "#libs/queues/index";
import { CostCorrections } from "./cost-corrections.js";
import { GenerationRecords } from "./generation-records.js";
import { ProviderCallsRepository } from "./provider-calls.repository.js";

@Injectable()
export class RecheckCallProcessor {
  constructor(
    private readonly calls: ProviderCallsRepository,
    private readonly records: GenerationRecords,
    private readonly corrections: CostCorrections,
    private readonly logger: Logger,
  ) {}

  /** @throws Error when the provider could not be asked: the queue tries again */
  @Handles("usage.recheck-call")
  async handle({ callId }: { callId: string }): Promise<void> {
    const call = await this.calls.find(callId);
    if (!call?.generationId || call.costUsd === null) return;
    const record = await this.records.ask(call, call.generationId);
    if (record === undefined) throw new Error("The provider could not be asked");
    // Providers forget records after a while: that changes no cost.
    if (record?.costUsd == null) return;
    const correction = await this.corrections.add(callId, record.costUsd, "generation_record");
    if (!correction) return;
    this.logger.info("cost_corrected", { callId, generationId: call.generationId, workspaceId: call.workspaceId });
  }
}
