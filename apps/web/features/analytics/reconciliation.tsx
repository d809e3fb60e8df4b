// How sure the costs are: what is open, how each became known, and how charges compare with the price list.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { Button } from "~/ui/button";
import { formatMoment } from "~/ui/dates";
import { formatUsdExact } from "~/ui/money";
import { Notice } from "~/ui/notice";
import { formatCount } from "~/ui/numbers";
import { Loading, Skeleton } from "~/ui/skeleton";
import { FigureTable } from "./chart-card";

/** Read when it is unfolded. @param from ISO time of the first day */
export function ReconciliationView({ from }: { from: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <details
      className="mt-8 rounded-card border border-border bg-raised px-5 py-4 max-md:px-4"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="cursor-pointer text-body font-semibold max-md:py-1.5">{t("usage.reconciliation")}</summary>
      <p className="mt-2 text-ui text-muted">{t("usage.reconciliationIntro")}</p>
      {open && <Report from={from} />}
    </details>
  );
}

function Report({ from }: { from: string }) {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  const { data, error, refetch } = useQuery({
    queryKey: ["reconciliation", id, from],
    queryFn: () => client.analytics.reconciliation({ from }),
    staleTime: 0,
  });
  if (error)
    return (
      <Notice
        tone="danger"
        className="mt-3"
        title={messageOf(error)}
        action={<Button onPress={() => void refetch()}>{t("action.tryAgain")}</Button>}
      />
    );
  if (!data)
    return (
      <Loading>
        <Skeleton className="mt-3 h-40 rounded-card" />
      </Loading>
    );
  const { unsettled, notRecorded, states, drift } = data;
  return (
    <>
      {unsettled.calls === 0 ? (
        <Notice tone="success" className="mt-3" title={t("usage.allSettled")} />
      ) : (
        <Notice
          tone="warn"
          className="mt-3"
          title={t("usage.open", {
            count: unsettled.calls,
            since: unsettled.oldestAt === null ? t("usage.unknown") : formatMoment(unsettled.oldestAt),
          })}
        />
      )}
      {notRecorded > 0 && <p className="mt-3 text-ui">{t("usage.notRecorded", { count: notRecorded })}</p>}
      <FigureTable
        label={t("usage.state")}
        keyOf={({ state }) => state}
        rows={states}
        columns={[
          { title: t("usage.state"), cell: ({ state }) => t(`usage.states.${state}`) },
          { title: t("usage.calls"), cell: ({ calls }) => formatCount(calls), figure: true },
          { title: t("usage.cost"), cell: ({ costUsd }) => formatUsdExact(costUsd), figure: true },
        ]}
      />
      {drift.length > 0 && (
        <FigureTable
          label={t("usage.drift")}
          keyOf={({ model }) => model}
          rows={drift}
          columns={[
            { title: t("usage.call.served"), cell: ({ model }) => model },
            { title: t("usage.calls"), cell: ({ calls }) => formatCount(calls), figure: true },
            { title: t("usage.charged"), cell: ({ costUsd }) => formatUsdExact(costUsd), figure: true },
            { title: t("usage.listPrice"), cell: (row) => usdOrNone(row.listPriceUsd), figure: true },
            { title: t("usage.drift"), cell: (row) => usdOrNone(row.driftUsd), figure: true },
          ]}
        />
      )}
    </>
  );
}

const usdOrNone = (usd: string | null): string => (usd === null ? "–" : formatUsdExact(usd));
