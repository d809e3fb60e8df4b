// Logged calls, newest first; each leads to what was said.
import type { GatewayLog } from "@parley/client";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Badge } from "~/ui/badge";
import { cx } from "~/ui/class-names";
import { formatMoment } from "~/ui/dates";
import { formatUsd } from "~/ui/money";
import { formatCount, formatDuration } from "~/ui/numbers";
import { STATUS_TONES } from "./request-log";

const COLUMNS = ["time", "status", "model", "by", "latency", "in", "out", "cost"] as const;
const FIGURES: readonly string[] = ["latency", "in", "out", "cost"];
const CELL = "px-2.5 py-2";
const FIGURE = `${CELL} text-right`;

export function RequestLogTable({ calls }: { calls: readonly GatewayLog[] }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a scrolling frame is no section of the page
    <div
      role="group"
      aria-label={t("requestLog.table")}
      tabIndex={0}
      className="mt-4 overflow-x-auto rounded-card border border-border"
    >
      <table className="tabular w-full text-meta whitespace-nowrap">
        <thead className="bg-subtle text-left text-muted">
          <tr>
            {COLUMNS.map((column) => (
              <th
                key={column}
                scope="col"
                className={cx("px-2.5 py-2.5 font-medium", FIGURES.includes(column) && "text-right")}
              >
                {t(`requestLog.columns.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-border">
          {calls.map((call) => (
            <Row key={call.id} call={call} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const count = (tokens: number | null): string => (tokens === null ? "–" : formatCount(tokens));

function Row({ call }: { call: GatewayLog }) {
  const { t } = useTranslation();
  const { status, errorCode, latencyMs, costUsd } = call;
  return (
    <tr className="hover:bg-subtle">
      <td className={CELL}>
        <Link
          to="/settings/gateway/log/$logId"
          params={{ logId: call.id }}
          className="inline-flex min-h-7 items-center font-medium text-accent underline underline-offset-2 max-md:min-h-11"
        >
          {formatMoment(call.createdAt)}
        </Link>
      </td>
      <td className={CELL}>
        <Badge tone={STATUS_TONES[status]}>
          {t(`requestLog.statuses.${status}`)}
          {status === "failed" && errorCode !== null && ` · ${errorCode}`}
        </Badge>
      </td>
      <td className={CELL}>{call.alias ?? call.servedModel ?? call.model}</td>
      <td className={CELL}>
        {call.apiKeyName ?? "–"}
        <span className="block text-muted">{call.userName ?? "–"}</span>
      </td>
      <td className={FIGURE}>{latencyMs === null ? "–" : formatDuration(latencyMs)}</td>
      <td className={FIGURE}>{count(call.promptTokens)}</td>
      <td className={FIGURE}>{count(call.completionTokens)}</td>
      <td className={cx(FIGURE, "font-medium")}>{costUsd === null ? t("figures.pricing") : formatUsd(costUsd)}</td>
    </tr>
  );
}
