// The charts of usage with their tables: costs by day and by group, tokens by day.
import type { UsageReport } from "@parley/client";
import { lazy, useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { formatDay } from "~/ui/dates";
import { formatUsdExact } from "~/ui/money";
import { Notice } from "~/ui/notice";
import { formatCount } from "~/ui/numbers";
import { Select } from "~/ui/select";
import { Loading, Skeleton } from "~/ui/skeleton";
import { ChartCard } from "./chart-card";
import { dayKey, fillDays, GROUPS, type Group, type Line, topLines, useReport } from "./usage";

const Charts = lazy(() => import("./charts"));

const shortDay = new Intl.DateTimeFormat("en-US", { day: "numeric", month: "short" });

interface DayChartProps {
  days: readonly Date[];
  lines: readonly Line[];
}

interface CostPerDayProps extends DayChartProps {
  /** The dearest models, each a part of a day's bar; all others are one more. */
  series: UsageReport["series"];
}

export function CostPerDay({ days, lines, series }: CostPerDayProps) {
  const { t } = useTranslation();
  const filled = fillDays(days, lines);
  const hasOther = lines.some(({ parts }) => parts.some(({ other }) => other));
  const models = [
    ...series.map(({ key }) => ({ key, other: false, name: key ?? t("usage.noModel") })),
    ...(hasOther ? [{ key: null, other: true, name: t("usage.other") }] : []),
  ];
  const costOf = (line: Line | null, model: (typeof models)[number]): string =>
    line?.parts.find(({ key, other }) => key === model.key && other === model.other)?.costUsd ?? "0";
  return (
    <ChartCard
      title={t("usage.costPerDay")}
      rows={filled}
      keyOf={({ day }) => dayKey(day)}
      columns={[
        { title: t("usage.day"), cell: ({ day }) => formatDay(day.toISOString()) },
        { title: t("usage.calls"), cell: ({ line }) => formatCount(line?.calls ?? 0), figure: true },
        { title: t("usage.failed"), cell: ({ line }) => formatCount(line?.errors ?? 0), figure: true },
        ...models.map((model) => ({
          title: model.name,
          cell: ({ line }: (typeof filled)[number]) => formatUsdExact(costOf(line, model)),
          figure: true,
        })),
        { title: t("usage.cost"), cell: ({ line }) => formatUsdExact(line?.costUsd ?? "0"), figure: true },
      ]}
    >
      <Charts
        kind="stack"
        title={t("usage.costPerDay")}
        series={models}
        bars={filled.map(({ day, line }) => ({
          name: shortDay.format(day),
          costUsd: line?.costUsd ?? "0",
          parts: models.map((model) => costOf(line, model)),
        }))}
      />
    </ChartCard>
  );
}

const TOKENS = ["prompt", "cached", "completion", "reasoning"] as const;

export function TokensPerDay({ days, lines }: DayChartProps) {
  const { t } = useTranslation();
  const points = fillDays(days, lines).map(({ day, line }) => ({
    key: dayKey(day),
    day,
    name: shortDay.format(day),
    prompt: line?.promptTokens ?? 0,
    cached: line?.cachedTokens ?? 0,
    completion: line?.completionTokens ?? 0,
    reasoning: line?.reasoningTokens ?? 0,
  }));
  return (
    <ChartCard
      title={t("usage.tokensPerDay")}
      rows={points}
      keyOf={({ key }) => key}
      columns={[
        { title: t("usage.day"), cell: ({ day }) => formatDay(day.toISOString()) },
        ...TOKENS.map((kind) => ({
          title: t(`usage.${kind}`),
          cell: (point: (typeof points)[number]) => formatCount(point[kind]),
          figure: true,
        })),
      ]}
    >
      <Charts
        kind="lines"
        title={t("usage.tokensPerDay")}
        points={points.map(({ day: _, ...point }) => point)}
        series={TOKENS.map((key) => ({ key, name: t(`usage.${key}`) }))}
      />
    </ChartCard>
  );
}

export function CostByGroup({ from }: { from: string }) {
  const { t } = useTranslation();
  const [group, setGroup] = useState<Group>("model");
  const report = useReport(from, group);
  // While another group is read, the last one stays, under its own names.
  const shown = (report.data?.groupBy ?? group) as Group;
  const lines = report.data?.data ?? [];
  const { top, other } = topLines(lines);
  const nameOf = ({ key, name }: Line): string => {
    if (key === null) return t(`usage.noneOf.${shown}`);
    return name ?? (shown === "model" ? key : t("usage.gone", { id: key.slice(-6) }));
  };
  const bars = top.map((line) => ({ name: nameOf(line), costUsd: line.costUsd }));
  if (other) bars.push({ name: t("usage.other"), costUsd: other.costUsd });
  return (
    <ChartCard
      title={t(`usage.costBy.${shown}`)}
      action={
        <Select
          label={t("usage.groupBy")}
          hideLabel
          value={group}
          onChange={setGroup}
          options={GROUPS.map((value) => ({ value, text: t(`usage.groups.${value}`) }))}
        />
      }
      rows={lines}
      keyOf={({ key }) => key ?? ""}
      columns={[
        { title: t(`usage.groups.${shown}`), cell: nameOf },
        { title: t("usage.calls"), cell: ({ calls }) => formatCount(calls), figure: true },
        { title: t("usage.failed"), cell: ({ errors }) => formatCount(errors), figure: true },
        { title: t("usage.prompt"), cell: ({ promptTokens }) => formatCount(promptTokens), figure: true },
        { title: t("usage.completion"), cell: ({ completionTokens }) => formatCount(completionTokens), figure: true },
        { title: t("usage.cost"), cell: ({ costUsd }) => formatUsdExact(costUsd), figure: true },
      ]}
    >
      {report.error && (
        <Notice
          tone="danger"
          className="mt-4"
          title={messageOf(report.error)}
          action={<Button onPress={() => void report.refetch()}>{t("action.tryAgain")}</Button>}
        />
      )}
      {report.isPending ? (
        <Loading>
          <Skeleton className="mt-4 h-64" />
        </Loading>
      ) : (
        <Charts kind="cost" lying title={t(`usage.costBy.${shown}`)} costName={t("usage.cost")} bars={bars} />
      )}
    </ChartCard>
  );
}
