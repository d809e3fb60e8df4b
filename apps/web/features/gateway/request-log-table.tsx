// Logged calls, newest first; each leads to what was said.
import type { GatewayLog } from "@parley/client";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useIsNarrow } from "~/app/use-is-narrow";
import { Badge } from "~/ui/badge";
import { cx } from "~/ui/class-names";
import { formatInstant } from "~/ui/dates";
import { formatUsd } from "~/ui/money";
import { formatCount, formatDuration } from "~/ui/numbers";
import { STATUS_TONES } from "./request-log";
import type { LogSearch } from "./request-log-search";

const COLUMNS = ["time", "status", "model", "by", "latency", "in", "out", "cost"] as const;
type Column = (typeof COLUMNS)[number];
/** The status stands below the model; the others are on the call's page. */
const PHONE_COLUMNS: readonly Column[] = ["time", "model", "cost"];
const FIGURES: readonly string[] = ["latency", "in", "out", "cost"];
/** How a column looks. */
const CELLS: Record<Column, string> = {
  time: "min-w-20",
  status: "",
  model: "min-w-28 wrap-anywhere",
  by: "min-w-20 wrap-anywhere",
  latency: "text-right whitespace-nowrap",
  in: "text-right",
  out: "text-right",
  cost: "text-right font-medium whitespace-nowrap",
};

export interface RequestLogTableProps {
  calls: readonly GatewayLog[];
  /** What is looked for: a call's address has it, for the way back. */
  search: LogSearch;
}

export function RequestLogTable({ calls, search }: RequestLogTableProps) {
  const { t } = useTranslation();
  const columns = useIsNarrow() ? PHONE_COLUMNS : COLUMNS;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a scrolling frame is no section of the page
    <div
      role="group"
      aria-label={t("requestLog.table")}
      tabIndex={0}
      className="mt-4 overflow-x-auto rounded-card border border-border"
    >
      <table className="tabular w-full text-meta">
        <thead className="bg-subtle text-left text-muted">
          <tr>
            {columns.map((column) => (
              <th
                key={column}
                scope="col"
                className={cx("px-2.5 py-2.5 font-medium whitespace-nowrap", FIGURES.includes(column) && "text-right")}
              >
                {t(`requestLog.columns.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-border">
          {calls.map((call) => (
            <Row key={call.id} call={call} columns={columns} search={search} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const count = (tokens: number | null): string => (tokens === null ? "–" : formatCount(tokens));

interface RowProps {
  call: GatewayLog;
  columns: readonly Column[];
  search: LogSearch;
}

function Row({ call, columns, search }: RowProps) {
  const { t } = useTranslation();
  const { latencyMs, costUsd } = call;
  const time = formatInstant(call.createdAt);
  const model = call.alias ?? call.model;
  const cells: Record<Column, ReactNode> = {
    time: (
      <Link
        to="/settings/gateway/log/$logId"
        params={{ logId: call.id }}
        search={search}
        aria-label={t("requestLog.openCall", { time, model })}
        className="inline-flex min-h-7 items-center font-medium text-accent underline underline-offset-2 max-md:min-h-11"
      >
        {time}
      </Link>
    ),
    status: <Status call={call} />,
    model: (
      <>
        {model}
        {!columns.includes("status") && <Status call={call} />}
      </>
    ),
    by: (
      <>
        {call.apiKeyName ?? "–"}
        <span className="block text-muted">{call.userName ?? "–"}</span>
      </>
    ),
    latency: latencyMs === null ? "–" : formatDuration(latencyMs),
    in: count(call.promptTokens),
    out: count(call.completionTokens),
    cost: costUsd === null ? t("figures.pricing") : formatUsd(costUsd),
  };
  return (
    <tr className="hover:bg-subtle">
      {columns.map((column) => (
        <td key={column} className={cx("px-2.5 py-2", CELLS[column])}>
          {cells[column]}
        </td>
      ))}
    </tr>
  );
}

function Status({ call: { status, errorCode } }: { call: GatewayLog }) {
  const { t } = useTranslation();
  return (
    <div>
      <Badge tone={STATUS_TONES[status]}>{t(`requestLog.statuses.${status}`)}</Badge>
      {status === "failed" && errorCode !== null && <span className="block text-muted wrap-anywhere">{errorCode}</span>}
    </div>
  );
}
