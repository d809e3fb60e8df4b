// The latest calls to a provider, each with its exact cost and all that is known of it.
import type { ProviderCall } from "@parley/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronRight } from "lucide-react";
import { Fragment, type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useIsNarrow } from "~/app/use-is-narrow";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { Button, ButtonLink, IconButton } from "~/ui/button";
import { cx } from "~/ui/class-names";
import { formatInstant } from "~/ui/dates";
import { formatUsdExact } from "~/ui/money";
import { Notice } from "~/ui/notice";
import { formatCount } from "~/ui/numbers";
import { Loading, Skeleton } from "~/ui/skeleton";
import { CallDetails } from "./call-details";
import { CallFilters } from "./call-filters";
import { callsQuery, type Names, STOPPED, useNames } from "./usage";
import type { CallFilter } from "./usage-search";

const PAGE = 50;
const COLUMNS = ["time", "model", "status", "in", "out", "cost"] as const;
type Column = (typeof COLUMNS)[number];
/** The status stands below the model; the others are among the details. */
const PHONE_COLUMNS: readonly Column[] = ["time", "model", "cost"];
const FIGURES: readonly string[] = ["in", "out", "cost"];

interface CallsTableProps {
  /** ISO time of the first day. */
  from: string;
  filter: CallFilter;
  onFilter: (filter: CallFilter) => void;
}

export function CallsTable({ from, filter, onFilter }: CallsTableProps) {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  const asked = callsQuery(from, filter);
  const query = useInfiniteQuery({
    queryKey: ["calls", id, asked],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      client.calls({ ...asked, limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    staleTime: 0,
  });
  const names = useNames(from);
  const calls = query.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <section className="mt-8">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-body font-semibold">{t("usage.latest")}</h2>
        <ButtonLink href={client.analytics.exportPath(asked)}>{t("usage.csv")}</ButtonLink>
      </div>
      <CallFilters from={from} filter={filter} onChange={onFilter} />
      {query.isPending && (
        <Loading>
          <Skeleton className="mt-3 h-72 rounded-card" />
        </Loading>
      )}
      {query.error && (
        <Notice
          tone="danger"
          className="mt-3"
          title={messageOf(query.error)}
          action={<Button onPress={() => void query.refetch()}>{t("action.tryAgain")}</Button>}
        />
      )}
      {query.isSuccess && calls.length === 0 && (
        <p className="mt-6 text-center text-body text-muted" role="status">
          {t(Object.keys(filter).length > 0 ? "usage.noneFound" : "usage.none")}
        </p>
      )}
      {calls.length > 0 && <Rows calls={calls} names={names} />}
      {query.hasNextPage && (
        <Button className="mt-4" onPress={() => void query.fetchNextPage()} isDisabled={query.isFetchingNextPage}>
          {t("usage.more")}
        </Button>
      )}
    </section>
  );
}

interface RowsProps {
  calls: readonly ProviderCall[];
  names: Names | undefined;
}

function Rows({ calls, names }: RowsProps) {
  const { t } = useTranslation();
  const columns = useIsNarrow() ? PHONE_COLUMNS : COLUMNS;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a scrolling frame is no section of the page
    <div
      role="group"
      aria-label={t("usage.table")}
      tabIndex={0}
      className="mt-3 overflow-x-auto rounded-card border border-border"
    >
      <table className="tabular w-full text-meta">
        <thead className="bg-subtle text-left text-muted">
          <tr>
            <td className="w-9" />
            {columns.map((column) => (
              <th
                key={column}
                scope="col"
                className={cx(
                  "px-4 py-2.5 font-medium whitespace-nowrap max-md:px-2",
                  FIGURES.includes(column) && "text-right",
                )}
              >
                {t(`usage.columns.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-border">
          {calls.map((call) => (
            <CallRow key={call.id} call={call} columns={columns} names={names} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const count = (tokens: number | null): string => (tokens === null ? "–" : formatCount(tokens));

/** How a column looks. */
const CELLS: Record<Column, string> = {
  time: "md:whitespace-nowrap",
  model: "min-w-20 wrap-anywhere md:min-w-28",
  status: "wrap-anywhere text-muted",
  in: "text-right whitespace-nowrap",
  out: "text-right whitespace-nowrap",
  cost: "text-right font-medium whitespace-nowrap",
};

interface CallRowProps {
  call: ProviderCall;
  columns: readonly Column[];
  names: Names | undefined;
}

function CallRow({ call, columns, names }: CallRowProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const detailsId = useId();
  const when = formatInstant(call.createdAt);
  const status = useStatus(call);
  const cells: Record<Column, ReactNode> = {
    time: when,
    model: (
      <>
        {call.model}
        {!columns.includes("status") && <span className="block text-muted">{status}</span>}
      </>
    ),
    status,
    in: count(call.promptTokens),
    out: count(call.completionTokens),
    cost: call.costUsd === null ? t("figures.pricing") : formatUsdExact(call.costUsd),
  };
  return (
    <Fragment>
      <tr>
        <td className="pl-1.5 max-md:pl-0">
          <IconButton
            icon={open ? ChevronDown : ChevronRight}
            label={t("usage.details", { time: when, model: call.model })}
            aria-expanded={open}
            aria-controls={open ? detailsId : undefined}
            onPress={() => setOpen(!open)}
          />
        </td>
        {columns.map((column) => (
          <td
            key={column}
            className={cx("px-4 py-2 max-md:px-2", CELLS[column])}
            data-cost={column === "cost" ? (call.costUsd ?? "") : undefined}
          >
            {cells[column]}
          </td>
        ))}
      </tr>
      {open && (
        <tr id={detailsId}>
          <td colSpan={columns.length + 1} className="bg-subtle px-4 py-3">
            <CallDetails call={call} names={names} />
          </td>
        </tr>
      )}
    </Fragment>
  );
}

/** How a call ended, in a word or two. */
function useStatus({ fromCache, errorCode, finishReason, costState }: ProviderCall): string {
  const { t } = useTranslation();
  if (fromCache) return t("usage.call.cacheHit");
  if (errorCode === STOPPED) return t("usage.call.stopped");
  return errorCode ?? finishReason ?? (costState === "estimated" ? t("usage.states.estimated") : "–");
}
