// Usage: what was spent, by day, model, member and key, and every call with its exact cost.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useIsNarrow } from "~/app/use-is-narrow";
import { PageHeader } from "~/features/chat/chat-header";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { Button, ButtonLink } from "~/ui/button";
import { formatDay } from "~/ui/dates";
import { Notice } from "~/ui/notice";
import { Select } from "~/ui/select";
import { Loading, Skeleton } from "~/ui/skeleton";
import { useTitle } from "~/ui/use-title";
import { CallsTable } from "./calls-table";
import { CostByGroup, CostPerDay, TokensPerDay } from "./day-charts";
import { Figures } from "./figures";
import { ReconciliationView } from "./reconciliation";
import { RANGES, type Range, useRange, useReport, useSummary } from "./usage";

export function UsagePage() {
  const { t } = useTranslation();
  useTitle(t("usage.title"));
  const { name } = useWorkspace();
  const client = useWorkspaceClient();
  const narrow = useIsNarrow();
  const [range, setRange] = useState<Range>("d30");
  const { days, from } = useRange(range);
  const report = useReport(from, "day");
  const summary = useSummary();
  const { data } = report;
  const failed = report.error ?? summary.error;
  return (
    <>
      {narrow && <PageHeader title={<span className="text-body font-semibold">{t("usage.title")}</span>} />}
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto w-full max-w-[1080px] px-8 pt-9 pb-16 max-md:px-4 max-md:pt-4">
          <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
            <div>
              <h1 className="text-page font-semibold max-md:sr-only">{t("usage.title")}</h1>
              <p className="mt-1 text-ui text-muted">
                {name} · {formatDay(from)} – {formatDay((days.at(-1) as Date).toISOString())}
              </p>
            </div>
            <div className="flex items-center gap-3">
              <Select
                label={t("usage.range")}
                hideLabel
                value={range}
                onChange={setRange}
                options={(Object.keys(RANGES) as Range[]).map((value) => ({
                  value,
                  text: t(`usage.ranges.${value}`),
                }))}
              />
              <ButtonLink href={client.analytics.exportPath({ from })}>{t("usage.csv")}</ButtonLink>
            </div>
          </div>
          {failed && (
            <Notice
              tone="danger"
              className="mt-6"
              title={messageOf(failed)}
              action={
                <Button onPress={() => void Promise.all([report.refetch(), summary.refetch()])}>
                  {t("action.tryAgain")}
                </Button>
              }
            />
          )}
          {!data && !failed && <UsageSkeleton />}
          {data && (
            <>
              <Figures total={data.total} summary={summary.data} />
              {data.total.unsettled > 0 && (
                <p className="mt-3 text-meta text-muted">{t("usage.unsettled", { count: data.total.unsettled })}</p>
              )}
              {data.total.calls === 0 ? (
                <p className="mt-10 text-center text-body text-muted">{t("usage.nothing")}</p>
              ) : (
                <>
                  <CostPerDay days={days} lines={data.data} />
                  <CostByGroup from={from} />
                  <TokensPerDay days={days} lines={data.data} />
                </>
              )}
            </>
          )}
          <CallsTable />
          <ReconciliationView from={from} />
        </div>
      </div>
    </>
  );
}

function UsageSkeleton() {
  return (
    <Loading>
      <Skeleton className="mt-6 h-[112px] rounded-card" />
      <Skeleton className="mt-4 h-80 rounded-card" />
    </Loading>
  );
}
