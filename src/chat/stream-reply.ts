// One generation's calls to the provider: tries before the first output, the stream, the ledger row of each try.

import { Injectable } from "@nestjs/common";
import { Database } from "#libs/database/index";
import {
  type ChatRequest,
  type CompletionEvent,
  nextRetry,
  OpenRouterClient,
  ProviderError,
  retryDelay,
} from "#libs/openrouter/index";
import { CallRecord } from "#src/usage/call-record";
import { GenerationNotes } from "#src/usage/generation-notes";
import { ProviderCallsRepository } from "#src/usage/provider-calls.repository";
import { type CallKeys, type ProviderCredential } from "#src/vault/call-keys";
import { type LiveGeneration } from "./live-generation.js";
import { StreamFlusher } from "./stream-flusher.js";

/** What one generation needs to call its provider. */
export interface ReplyCall {
  live: LiveGeneration;
  keys: CallKeys;
  first: Try;
  /** Asks the budgets anew, and opens the row of the next try. */
  next: () => Promise<Try>;
}

/** One try: what is sent, and its open ledger row. */
export interface Try {
  callId: string;
  request: ChatRequest;
}

@Injectable()
export class StreamReply {
  constructor(
    private readonly db: Database,
    private readonly calls: ProviderCallsRepository,
    private readonly notes: GenerationNotes,
    private readonly flusher: StreamFlusher,
  ) {}

  /**
   * Streams the answer into `live`. A key that is refused gives way to the next one at once; other faults wait.
   * @returns the last try's record, its ledger row still open; `error` is why it ended early
   * @throws what opening the first key, or asking the budgets for a further try, throws: nothing was sent then
   */
  async execute(call: ReplyCall): Promise<{ record: CallRecord; error: ProviderError | null }> {
    const started = performance.now();
    let credential = await call.keys.first();
    let sent = call.first;
    let record = new CallRecord(sent.callId);
    for (let attempt = 1; ; attempt++) {
      try {
        await this.stream(call.live, sent.request, credential, record);
        await call.keys.worked();
        return { record, error: null };
      } catch (thrown) {
        const error = record.failed(thrown);
        const next = await call.keys.after(error);
        const over = call.live.hasOutput || call.live.abortReason !== null;
        const retry = over ? null : next ? { delayMs: 0 } : nextRetry(error, attempt, performance.now() - started);
        if (!retry) return { record, error };
        // Tries are counted for each key: a refusal costs none of the next one's.
        if (next) [credential, attempt] = [next, 0];
        await this.calls.end(record.callId, record.outcome);
        sent = await call.next();
        record = new CallRecord(sent.callId);
        const waited = await retryDelay(retry.delayMs, call.live.signal).catch((reason: unknown) =>
          record.failed(reason),
        );
        if (waited) return { record, error: waited };
      }
    }
  }

  private async stream(
    live: LiveGeneration,
    request: ChatRequest,
    credential: ProviderCredential,
    record: CallRecord,
  ): Promise<void> {
    const { baseUrl, secret: apiKey, dispatcher } = credential;
    const client = new OpenRouterClient({ baseUrl, apiKey, appName: "Parley", ...(dispatcher && { dispatcher }) });
    for await (const event of client.stream(request, { signal: live.signal })) {
      record.read(event);
      if (event.type === "headers" || event.type === "served")
        await this.noteGeneration(live, record, credential.keyId, event);
      else if (event.type === "delta") {
        const first = !live.hasOutput;
        live.add(event);
        if (!live.hasOutput) continue;
        record.outputSeen();
        this.flusher.touch(live, first);
      }
    }
  }

  /** The generation id is in the database before the first token is passed on, so that no crash can lose the cost. */
  private async noteGeneration(
    live: LiveGeneration,
    record: CallRecord,
    keyId: string | null,
    event: CompletionEvent,
  ): Promise<void> {
    if (!record.newGenerationId(event)) return;
    if (record.generationId !== null) this.notes.note(record.callId, record.generationId, keyId);
    await this.db.transaction(async () => {
      await this.calls.setGeneration(record.callId, { generationId: record.generationId, providerKeyId: keyId });
      const sql =
        "UPDATE messages SET status = 'streaming', generation_id = ? WHERE id = ? AND status IN ('pending', 'streaming')";
      await this.db.execute(sql, [record.generationId, live.claim.messageId]);
    });
  }
}
