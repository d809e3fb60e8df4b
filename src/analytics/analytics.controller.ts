// The ledger and its reports over REST.

import { Controller, Get, Query, StreamableFile } from "@nestjs/common";
import { ApiOkResponse, ApiParam, ApiProduces, ApiTags } from "@nestjs/swagger";
import { ApiProblem, decodeCursor, type Page, pageOf, toPage } from "#libs/dto/index";
import { isoTime, WORKSPACE } from "#libs/http/index";
import { type Actor } from "#src/auth/actor";
import { Can, CurrentActor } from "#src/auth/auth.decorators";
import { may } from "#src/auth/policies";
import { type CallFilter, CallList } from "#src/usage/call-list";
import { CostCorrections } from "#src/usage/cost-corrections";
import {
  CallsQuery,
  filterOf,
  ListCallsQuery,
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
import { type Span, UsageReport, type Whose } from "./usage-report.js";
import { UsageSummary } from "./usage-summary.js";

const told = ({ from, to }: Span) => ({ from: isoTime(from), to: isoTime(to) });

/** Members see what they used themselves, admins what everybody did. */
const whose = (actor: Actor): Whose => ({
  workspaceId: actor.workspaceId,
  userId: may(actor, "analytics.all") ? undefined : actor.userId,
});

/** The calls that a query chooses of those that the actor may see. */
function callsFor(actor: Actor, query: CallsQuery): CallFilter {
  const { userId } = whose(actor);
  return { ...filterOf(query), ...(userId !== undefined && { ownerId: userId }) };
}

@ApiTags("analytics")
@ApiParam({ name: "ws", schema: { type: "string", format: "uuid" } })
@Controller(`${WORKSPACE}/analytics`)
export class AnalyticsController {
  constructor(
    private readonly calls: CallList,
    private readonly corrections: CostCorrections,
    private readonly report: UsageReport,
    private readonly figures: UsageSummary,
    private readonly sureness: ReconciliationReport,
    private readonly exporting: CallsExport,
  ) {}

  /** Every call to a provider, newest first, counted once, at the cost that the provider charged. Filters all have to hold. Members see their own. */
  @Can("analytics.read")
  @Get("calls")
  @ApiOkResponse({ type: pageOf(CallView) })
  @ApiProblem(400, 401, 403, 404)
  async list(@CurrentActor() actor: Actor, @Query() query: ListCallsQuery): Promise<Page<CallView>> {
    const { limit, cursor, from, to } = query;
    const place = cursor === undefined ? undefined : decodeCursor<[number, string]>(cursor, ["number", "string"]);
    const filter = {
      ...callsFor(actor, query),
      ...(from !== undefined && { from: Date.parse(from) }),
      ...(to !== undefined && { to: Date.parse(to) }),
    };
    const before = place && { createdAt: place[0], id: place[1] };
    const rows = await this.calls.newest(actor.workspaceId, filter, limit, before);
    const corrections = await this.corrections.of(rows.map(({ id }) => id));
    return toPage(
      rows,
      limit,
      (row) => [row.createdAt, row.id],
      (row) => toCallView(row, corrections.get(row.id)),
    );
  }

  /** What was used and spent in a span of time, grouped. Members see their own. */
  @Can("analytics.read")
  @Get("usage")
  @ApiOkResponse({ type: UsageReportView })
  @ApiProblem(400, 401, 403, 404, 422)
  async usage(@CurrentActor() actor: Actor, @Query() query: UsageQuery): Promise<UsageReportView> {
    const span = spanOfUsage(query);
    const { groupBy, tz, splitBy = null, top } = query;
    const [groups, total] = [
      await this.report.grouped(whose(actor), span, groupBy, tz),
      await this.report.total(whose(actor), span),
    ];
    const isTime = groupBy === "day" || groupBy === "hour";
    const split = isTime && splitBy ? await this.report.split(whose(actor), span, groupBy, tz, splitBy, top) : null;
    const data = groups.map((group) => ({ ...group, parts: split?.parts.get(group.key) ?? [] }));
    return { ...told(span), groupBy, tz, splitBy, series: split?.series ?? [], data, total };
  }

  /** Today, this month and the last, with a forecast and how fast answers come. Members see their own. */
  @Can("analytics.read")
  @Get("summary")
  @ApiOkResponse({ type: SummaryView })
  @ApiProblem(401, 403, 404)
  async summary(@CurrentActor() actor: Actor): Promise<SummaryView> {
    return this.figures.of(whose(actor), Date.now());
  }

  /** How sure the costs are: by which figure calls are settled, which are open, and how charges compare with the price list. */
  @Can("analytics.read")
  @Get("reconciliation")
  @ApiOkResponse({ type: ReconciliationView })
  @ApiProblem(400, 401, 403, 404, 422)
  async reconciliation(@CurrentActor() actor: Actor, @Query() query: SpanQuery): Promise<ReconciliationView> {
    const span = spanOf(query);
    const { unsettled, ...rest } = await this.sureness.of(whose(actor), span);
    const oldestAt = unsettled.oldestAt === null ? null : isoTime(unsettled.oldestAt);
    return { ...told(span), ...rest, unsettled: { ...unsettled, oldestAt } };
  }

  /** The calls of a span as CSV (RFC 4180), oldest first, as they are read. */
  @Can("analytics.read")
  @Get("export.csv")
  @ApiProduces("text/csv")
  @ApiOkResponse({ content: { "text/csv": { schema: { type: "string" } } } })
  @ApiProblem(400, 401, 403, 404, 422)
  exportCsv(@CurrentActor() actor: Actor, @Query() query: CallsQuery): StreamableFile {
    const span = spanOf(query);
    const [from, to] = [span.from, span.to].map((at) => isoTime(at).slice(0, 10));
    return new StreamableFile(this.exporting.stream(actor.workspaceId, span, callsFor(actor, query)), {
      type: "text/csv; charset=utf-8",
      disposition: `attachment; filename="parley-calls-${from}-${to}.csv"`,
    });
  }
}
