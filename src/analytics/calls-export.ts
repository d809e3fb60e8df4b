// The ledger as a file: read in pages, written as it is read, so that its length costs no memory.
import { Readable } from "node:stream";
import { Injectable } from "@nestjs/common";
import { type CallFilter, CallList, type CallPlace } from "#src/usage/call-list";
import { CostCorrections } from "#src/usage/cost-corrections";
import { type CallView, toCallView } from "./call.view.js";
import { type Cell, csvLine } from "./csv.js";
import { type Span } from "./usage-report.js";

/** Rows of one read. */
const PAGE = 500;

const COLUMNS = [
  "createdAt",
  "id",
  "kind",
  "userId",
  "apiKeyId",
  "providerKeyId",
  "conversationId",
  "messageId",
  "attempt",
  "generationId",
  "model",
  "alias",
  "servedModel",
  "provider",
  "promptTokens",
  "completionTokens",
  "reasoningTokens",
  "cachedTokens",
  "cacheWriteTokens",
  "costUsd",
  "listPriceUsd",
  "costState",
  "isByok",
  "finishReason",
  "errorCode",
  "firstTokenMs",
  "latencyMs",
  "tokensPerSecond",
  "fromCache",
  "settledAt",
  "corrections",
] as const satisfies readonly (keyof CallView)[];

@Injectable()
export class CallsExport {
  constructor(
    private readonly calls: CallList,
    private readonly corrections: CostCorrections,
  ) {}

  /** A header line, then one line a call, oldest first. */
  stream(workspaceId: string, span: Span, filter: CallFilter): Readable {
    return Readable.from(this.lines(workspaceId, span, filter), { objectMode: false });
  }

  private async *lines(workspaceId: string, span: Span, filter: CallFilter): AsyncGenerator<string> {
    yield csvLine(COLUMNS);
    let after: CallPlace = { createdAt: span.from, id: "" };
    for (;;) {
      const rows = await this.calls.oldest(workspaceId, { ...filter, ...span }, PAGE, after);
      if (rows.length === 0) return;
      const corrections = await this.corrections.of(rows.map(({ id }) => id));
      yield rows.map((row) => lineOf(toCallView(row, corrections.get(row.id)))).join("");
      after = rows.at(-1)!;
    }
  }
}

function lineOf(view: CallView): string {
  return csvLine(COLUMNS.map((column): Cell => (column === "corrections" ? view.corrections.length : view[column])));
}
