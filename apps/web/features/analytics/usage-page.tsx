// Usage: what was spent, by day, model, member and key, and every call with its exact cost.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useIsNarrow } from "~/app/use-is-narrow";
import { PageHeader } from "~/features/chat/chat-header";
import { useIsAtLeast, useWorkspace } from "~/features/workspaces/current-workspace";
import { Button } from "~/ui/button";
import { formatDay } from "~/ui/dates";
import { Notice } from "~/ui/notice";
import { Select } from "~/ui/select";
import { Loading, Skeleton } from "~/ui/skeleton";
import { useTitle } from "~/ui/use-title";
import { CallsTable } from "./calls-table";
import { CostByGroup, CostPerDay, TokensPerDay } from "./day-charts";
import { Figures } from "./figures";
import { ReconciliationView } from "./reconciliation";
import { fillDays, useRange, useReport, useSummary } from "./usage";
import { RANGES, type Range, type UsageSearch } from "./usage-search";

export function UsagePage() {
  const { t } = useTranslation();
  useTitle(t("usage.title"));
  const { name } = useWorkspace();
  const isAdmin = useIsAtLeast("admin");
  const narrow = useIsNarrow();
  const { range = "d30", ...filter } = useSearch({ from: "/app/usage" });
  const navigate = useNavigate({ from: "/usage" });
  const show = (search: UsageSearch) => void navigate({ search, replace: true, resetScroll: false });
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
                {isAdmin ? name : t("usage.own", { name })} · {formatDay(from)} –{" "}
                {formatDay((days.at(-1) as Date).toISOString())}
              </p>
            </div>
            <div className="flex items-center gap-3">
              <Select
                label={t("usage.range")}
                hideLabel
                value={range}
                onChange={(value: Range) => show({ ...filter, range: value })}
                options={(Object.keys(RANGES) as Range[]).map((value) => ({
                  value,
                  text: t(`usage.ranges.${value}`),
                }))}
              />
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
              <Figures total={data.total} today={fillDays(days, data.data).at(-1)?.line} summary={summary.data} />
              {data.total.unsettled > 0 && (
                <p className="mt-3 text-meta text-muted">{t("usage.unsettled", { count: data.total.unsettled })}</p>
              )}
              {data.total.calls === 0 ? (
                <p className="mt-10 text-center text-body text-muted">{t("usage.nothing")}</p>
              ) : (
                <>
                  <CostPerDay days={days} lines={data.data} series={data.series} />
                  <CostByGroup from={from} />
                  <TokensPerDay days={days} lines={data.data} />
                </>
              )}
            </>
          )}
          <CallsTable
            from={from}
            filter={filter}
            onFilter={(chosen) => show({ ...chosen, ...(range !== "d30" && { range }) })}
          />
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
