// What is asked of reports, and how they look.

import {
  BoolField,
  DateTimeField,
  EnumField,
  IntField,
  ListField,
  MoneyField,
  NumberField,
  ObjectField,
  PageQuery,
  TextField,
  UuidField,
} from "#libs/dto/index";
import { InvalidInputError } from "#libs/errors/index";
import { type CallFilter } from "#src/usage/call-list";
import { type CallKind, type CallState } from "#src/usage/provider-call.entity";
import { CALL_KINDS, CALL_STATES } from "./call.view.js";
import { GROUPS, type Group, SPLITS, type Span, type Split } from "./usage-report.js";

const DAY_MS = 86_400_000;
/** A span without a beginning, days. */
const DEFAULT_DAYS = 30;
/** The longest span, days: two years and a little. */
export const MOST_DAYS = 800;
/** The longest span by hours, days. */
const MOST_DAYS_OF_HOURS = 62;

export class SpanQuery {
  @DateTimeField({ optional: true, description: "Beginning (included); default: 30 days before `to`." }) from?: string;
  @DateTimeField({ optional: true, description: "End (not included); default: now. At most 800 days after `from`." })
  to?: string;
}

/** @throws InvalidInputError 422 when it ends before it begins or is too long */
export function spanOf({ from, to }: SpanQuery, mostDays = MOST_DAYS): Span {
  const end = to === undefined ? Date.now() : Date.parse(to);
  const begin = from === undefined ? end - DEFAULT_DAYS * DAY_MS : Date.parse(from);
  if (begin >= end) throw new InvalidInputError([{ path: "from", message: "must be before to" }], 422);
  if (end - begin > mostDays * DAY_MS)
    throw new InvalidInputError([{ path: "from", message: `must be at most ${mostDays} days before to` }], 422);
  return { from: begin, to: end };
}

/** Which calls. */
export interface CallsFilter {
  model?: string;
  userId?: string;
  apiKeyId?: string;
  providerKeyId?: string;
  kind?: CallKind;
  state?: CallState;
  conversationId?: string;
  messageId?: string;
  errorCode?: string;
  failed?: boolean;
}

const FILTERS = [
  ...(["model", "userId", "apiKeyId", "providerKeyId", "kind", "state", "conversationId", "messageId"] as const),
  ...(["errorCode", "failed"] as const),
];

export class CallsQuery implements CallsFilter {
  @DateTimeField({ optional: true, description: "Beginning (included); a file's default: 30 days before `to`." })
  from?: string;
  @DateTimeField({ optional: true, description: "End (not included)." }) to?: string;
  @TextField({ optional: true, min: 1, max: 200, description: "The model that was asked." }) model?: string;
  @UuidField({ optional: true, description: "The member who asked." }) userId?: string;
  @UuidField({ optional: true, description: "The platform key that asked." }) apiKeyId?: string;
  @UuidField({ optional: true, description: "The vault's key that paid." }) providerKeyId?: string;
  @EnumField(CALL_KINDS, { optional: true }) kind?: CallKind;
  @EnumField(CALL_STATES, { optional: true }) state?: CallState;
  @UuidField({ optional: true }) conversationId?: string;
  @UuidField({ optional: true }) messageId?: string;
  @TextField({ optional: true, min: 1, max: 100, description: "Calls that ended with this error." })
  errorCode?: string;
  @BoolField({
    optional: true,
    description:
      "Only calls that failed, or only those that did not. A call that was stopped (`errorCode` `cancelled`) did not fail.",
  })
  failed?: boolean;
}

export class ListCallsQuery extends CallsQuery implements PageQuery {
  @IntField({ min: 1, max: 100, optional: true, default: 50, description: "Most items of one page." })
  limit = 50;
  @TextField({ optional: true, max: 1024, description: "`nextCursor` of the page before." }) cursor?: string;
}

/** What of a query chooses calls. */
export function filterOf(query: CallsFilter): CallFilter {
  return Object.fromEntries(FILTERS.flatMap((key) => (query[key] === undefined ? [] : [[key, query[key]]])));
}

export class UsageQuery extends SpanQuery {
  @EnumField(GROUPS, { optional: true, default: "day" }) groupBy: Group = "day";

  @TextField({ optional: true, max: 64, default: "UTC", description: "IANA time zone of days and hours." })
  tz = "UTC";

  @EnumField(SPLITS, {
    optional: true,
    description: "Splits each day or hour into the dearest of these and all others.",
  })
  splitBy?: Split;

  @IntField({ optional: true, min: 1, max: 20, default: 6, description: "Series of their own in `splitBy`." })
  top = 6;
}

/** @throws InvalidInputError 422 */
export function spanOfUsage(query: UsageQuery): Span {
  if (query.splitBy !== undefined && query.groupBy !== "day" && query.groupBy !== "hour")
    throw new InvalidInputError([{ path: "splitBy", message: "takes groupBy day or hour" }], 422);
  return spanOf(query, query.groupBy === "hour" ? MOST_DAYS_OF_HOURS : MOST_DAYS);
}

export class UsageTotalsView {
  @IntField() calls!: number;
  @IntField({ description: "That failed; those that were stopped did not." }) errors!: number;
  @IntField() promptTokens!: number;
  @IntField() completionTokens!: number;
  @IntField() reasoningTokens!: number;
  @IntField() cachedTokens!: number;
  @MoneyField({ description: "Exact sum, each call rounded at 1e-12 USD." }) costUsd!: string;
  @IntField({ description: "Calls whose cost is not known yet: not in `costUsd`." }) unsettled!: number;
}

export class UsagePartView {
  @TextField({ nullable: true, description: "One of `series`; null: of none, or all others." }) key!: string | null;
  @BoolField({ description: "What is none of `series`." }) other!: boolean;
  @IntField() calls!: number;
  @MoneyField() costUsd!: string;
}

export class SeriesView {
  @TextField({ nullable: true }) key!: string | null;
  @TextField({ nullable: true, description: "Of the member or platform key." }) name!: string | null;
}

export class GroupedUsageView extends UsageTotalsView {
  @TextField({
    nullable: true,
    description:
      "Day (2026-11-23), hour (2026-11-23T14:00+01:00), model, or the id of a member, platform key or template; null: none.",
  })
  key!: string | null;

  @TextField({ nullable: true, description: "Of the member or platform key." }) name!: string | null;
  @ListField(() => UsagePartView, { description: "By `splitBy`; they add up to it. Those of no calls are left out." })
  parts!: UsagePartView[];
}

export class UsageReportView {
  @DateTimeField() from!: string;
  @DateTimeField() to!: string;
  @EnumField(GROUPS) groupBy!: Group;
  @TextField() tz!: string;
  @EnumField(SPLITS, { nullable: true }) splitBy!: Split | null;
  @ListField(() => SeriesView, { description: "By `splitBy`, dearest in the span first." }) series!: SeriesView[];
  @ListField(() => GroupedUsageView, {
    description: "Times in order and without those of no calls; others dearest first.",
  })
  data!: GroupedUsageView[];
  @ObjectField(() => UsageTotalsView) total!: UsageTotalsView;
}

const ms = { nullable: true, description: "ms" } as const;

export class SpeedView {
  @IntField({ description: "The newest ones of the last 30 days, at most 5,000." }) calls!: number;
  @IntField(ms) latencyP50Ms!: number | null;
  @IntField(ms) latencyP95Ms!: number | null;
  @IntField(ms) firstTokenP50Ms!: number | null;
  @IntField(ms) firstTokenP95Ms!: number | null;
  @NumberField({ nullable: true }) tokensPerSecondP50!: number | null;
}

export class SummaryView {
  @ObjectField(() => UsageTotalsView, { description: "Since midnight UTC." }) today!: UsageTotalsView;
  @ObjectField(() => UsageTotalsView, { description: "Of the calendar month, UTC." }) thisMonth!: UsageTotalsView;
  @ObjectField(() => UsageTotalsView) lastMonth!: UsageTotalsView;
  @MoneyField({ nullable: true, description: "At the month's end, if it goes on as until now." })
  forecastUsd!: string | null;
  @ObjectField(() => SpeedView) speed!: SpeedView;
}

export class StateCountView {
  @EnumField(CALL_STATES) state!: CallState;
  @IntField() calls!: number;
  @MoneyField() costUsd!: string;
}

export class UnsettledView {
  @IntField() calls!: number;
  @DateTimeField({ nullable: true }) oldestAt!: string | null;
  @IntField({ description: "Whose answer never began." }) withoutGenerationId!: number;
}

export class DriftView {
  @TextField() model!: string;
  @IntField() calls!: number;
  @MoneyField({ description: "What the provider charged." }) costUsd!: string;
  @MoneyField({
    nullable: true,
    description: "By the price list of each call's time, as far as it is known; null: it varies or is not known.",
  })
  listPriceUsd!: string | null;
  @MoneyField({ nullable: true, signed: true, description: "`costUsd` less `listPriceUsd`." }) driftUsd!: string | null;
}

export class CorrectedView {
  @IntField() calls!: number;
  @MoneyField({ signed: true, description: "What their corrections come to; it is in all sums." }) deltaUsd!: string;
}

export class ReconciliationView {
  @DateTimeField() from!: string;
  @DateTimeField() to!: string;
  @ListField(() => StateCountView) states!: StateCountView[];
  @ObjectField(() => UnsettledView) unsettled!: UnsettledView;
  @IntField({ description: "Calls that the provider has no record of: counted as not charged." }) notRecorded!: number;
  @ObjectField(() => CorrectedView, { description: "Calls that turned out to cost otherwise after they were settled." })
  corrected!: CorrectedView;
  @ListField(() => DriftView, {
    description: "The 100 dearest models; calls of own provider keys (BYOK) are left out.",
  })
  drift!: DriftView[];
}
