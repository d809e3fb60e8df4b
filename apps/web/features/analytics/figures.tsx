// The four figures at the top of the usage page.
import type { UsageReport, UsageSummary } from "@parley/client";
import { useTranslation } from "react-i18next";
import { formatUsd } from "~/ui/money";
import { formatCompact, formatCount, formatDuration } from "~/ui/numbers";
import type { Line } from "./usage";

interface FiguresProps {
  /** Of the chosen days. */
  total: UsageReport["total"];
  /** The local day, as the charts have it; null: nothing yet. */
  today: Line | null | undefined;
  /** The forecast, of the month in UTC as those of budgets, and speed. */
  summary: UsageSummary | undefined;
}

export function Figures({ total, today, summary }: FiguresProps) {
  const { t } = useTranslation();
  const { speed, forecastUsd } = summary ?? {};
  const duration = (ms: number | null | undefined) => (ms == null ? t("usage.unknown") : formatDuration(ms));
  const spendMore = [
    t("usage.spendMore", { today: formatUsd(today?.costUsd ?? "0") }),
    forecastUsd != null && t("usage.forecast", { usd: formatUsd(forecastUsd) }),
  ];
  const figures = [
    { label: t("usage.spend"), value: formatUsd(total.costUsd), more: spendMore.filter(Boolean).join(" · ") },
    { label: t("usage.calls"), value: formatCount(total.calls), more: errorShare(total) },
    {
      label: t("usage.tokens"),
      value: formatCompact(total.promptTokens + total.completionTokens),
      more: t("usage.tokensMore", {
        in: formatCompact(total.promptTokens),
        out: formatCompact(total.completionTokens),
      }),
    },
    {
      label: t("usage.first"),
      value: duration(speed?.firstTokenP95Ms),
      more: t("usage.firstMore", { p50: duration(speed?.firstTokenP50Ms) }),
    },
  ];

  function errorShare({ calls, errors }: UsageReport["total"]): string {
    if (errors === 0) return t("usage.noErrors");
    return t("usage.errors", { share: Math.max(0.1, Math.round((errors * 1000) / calls) / 10) });
  }

  return (
    <dl className="mt-6 grid grid-cols-4 gap-3 max-lg:grid-cols-2">
      {figures.map(({ label, value, more }) => (
        <div key={label} className="min-w-0 rounded-card border border-border bg-raised px-4 py-3.5">
          <dt className="text-meta text-muted">{label}</dt>
          <dd className="tabular text-figure font-semibold">{value}</dd>
          <dd className="min-h-5 text-meta text-muted">{more}</dd>
        </div>
      ))}
    </dl>
  );
}
