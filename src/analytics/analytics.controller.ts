// The ledger and its reports over REST.

import { Controller, Get, Query, StreamableFile } from "@nestjs/common";
import { ApiOkResponse, ApiParam, ApiProduces, ApiTags } from "@nestjs/swagger";
import {
  ApiProblem,
  decodeCursor,
  isoTime,
  type Page,
  PageQuery,
  pageOf,
  toPage,
  UuidField,
  WORKSPACE,
} from "#libs/http/index";
import { type Actor } from "#src/auth/actor";
import { Can, CurrentActor } from "#src/auth/auth.decorators";
import { CostCorrections } from "#src/usage/cost-corrections";
import { ProviderCallsRepository } from "#src/usage/provider-calls.repository";
import {
  ReconciliationView,
  SpanQuery,
  SummaryView,
  spanOf,
  spanOfUsage,
  UsageQuery,
  UsageReportView,
} from "./analytics.dto.js";
import { CallView, toCallView } from "./call.view.js";
import { CallsExport } from "./calls-export.js";
import { ReconciliationReport } from "./reconciliation.js";
import { type Span, UsageReport } from "./usage-report.js";
import { UsageSummary } from "./usage-summary.js";

export class ListCallsQuery extends PageQuery {
  @UuidField({ optional: true }) conversationId?: string;
  @UuidField({ optional: true }) messageId?: string;
}

const told = ({ from, to }: Span) => ({ from: isoTime(from), to: isoTime(to) });

@ApiTags("analytics")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(`${WORKSPACE}/analytics`)
export class AnalyticsController {
  constructor(
    private readonly calls: ProviderCallsRepository,
    private readonly corrections: CostCorrections,
    private readonly report: UsageReport,
    private readonly figures: UsageSummary,
    private readonly sureness: ReconciliationReport,
    private readonly exporting: CallsExport,
  ) {}

  /** Every call to a provider, newest first, counted once, at the cost that the provider charged. */
  @Can("analytics.read")
  @Get("calls")
  @ApiOkResponse({ type: pageOf(CallView) })
  @ApiProblem(400, 401, 403, 404)
  async list(@CurrentActor() actor: Actor, @Query() query: ListCallsQuery): Promise<Page<CallView>> {
    const beforeId = query.cursor === undefined ? undefined : decodeCursor<[string]>(query.cursor, ["string"])[0];
    const { limit, conversationId, messageId } = query;
    const rows = await this.calls.list(actor.workspaceId, {
      limit,
      ...(beforeId && { beforeId }),
      ...(conversationId && { conversationId }),
      ...(messageId && { messageId }),
    });
    const corrections = await this.corrections.of(rows.map(({ id }) => id));
    return toPage(
      rows,
      limit,
      (row) => [row.id],
      (row) => toCallView(row, corrections.get(row.id)),
    );
  }

  /** What was used and spent in a span of time, grouped. */
  @Can("analytics.read")
  @Get("usage")
  @ApiOkResponse({ type: UsageReportView })
  @ApiProblem(400, 401, 403, 404, 422)
  async usage(@CurrentActor() { workspaceId }: Actor, @Query() query: UsageQuery): Promise<UsageReportView> {
    const span = spanOfUsage(query);
    const { groupBy, tz } = query;
    const [data, total] = [
      await this.report.grouped(workspaceId, span, groupBy, tz),
      await this.report.total(workspaceId, span),
    ];
    return { ...told(span), groupBy, tz, data, total };
  }

  /** Today, this month and the last, with a forecast and how fast answers come. */
  @Can("analytics.read")
  @Get("summary")
  @ApiOkResponse({ type: SummaryView })
  @ApiProblem(401, 403, 404)
  async summary(@CurrentActor() { workspaceId }: Actor): Promise<SummaryView> {
    return this.figures.of(workspaceId, Date.now());
  }

  /** How sure the costs are: by which figure calls are settled, which are open, and how charges compare with the price list. */
  @Can("analytics.read")
  @Get("reconciliation")
  @ApiOkResponse({ type: ReconciliationView })
  @ApiProblem(400, 401, 403, 404, 422)
  async reconciliation(@CurrentActor() { workspaceId }: Actor, @Query() query: SpanQuery): Promise<ReconciliationView> {
    const span = spanOf(query);
    const { unsettled, ...rest } = await this.sureness.of(workspaceId, span);
    const oldestAt = unsettled.oldestAt === null ? null : isoTime(unsettled.oldestAt);
    return { ...told(span), ...rest, unsettled: { ...unsettled, oldestAt } };
  }

  /** The calls of a span as CSV (RFC 4180), oldest first, as they are read. */
  @Can("analytics.read")
  @Get("export.csv")
  @ApiProduces("text/csv")
  @ApiOkResponse({ content: { "text/csv": { schema: { type: "string" } } } })
  @ApiProblem(400, 401, 403, 404, 422)
  exportCsv(@CurrentActor() { workspaceId }: Actor, @Query() query: SpanQuery): StreamableFile {
    const span = spanOf(query);
    const [from, to] = [span.from, span.to].map((at) => isoTime(at).slice(0, 10));
    return new StreamableFile(this.exporting.stream(workspaceId, span), {
      type: "text/csv; charset=utf-8",
      disposition: `attachment; filename="parley-calls-${from}-${to}.csv"`,
    });
  }
}
