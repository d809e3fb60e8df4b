// The latest calls to a provider, each with its exact cost and all that is known of it.
import type { ProviderCall } from "@parley/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronDown, ChevronRight } from "lucide-react";
import { Fragment, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { Button, ButtonLink, IconButton } from "~/ui/button";
import { cx } from "~/ui/class-names";
import { formatMoment } from "~/ui/dates";
import { formatUsdExact } from "~/ui/money";
import { Notice } from "~/ui/notice";
import { formatCount, formatDuration } from "~/ui/numbers";
import { Loading, Skeleton } from "~/ui/skeleton";
import { CallFilters } from "./call-filters";
import { callsQuery } from "./usage";
import type { CallFilter } from "./usage-search";

const PAGE = 50;
const COLUMNS = ["time", "model", "status", "in", "out", "cost"] as const;
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
      {calls.length > 0 && <Rows calls={calls} />}
      {query.hasNextPage && (
        <Button className="mt-4" onPress={() => void query.fetchNextPage()} isDisabled={query.isFetchingNextPage}>
          {t("usage.more")}
        </Button>
      )}
    </section>
  );
}

function Rows({ calls }: { calls: readonly ProviderCall[] }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a scrolling frame is no section of the page
    <div
      role="group"
      aria-label={t("usage.table")}
      tabIndex={0}
      className="mt-3 overflow-x-auto rounded-card border border-border"
    >
      <table className="tabular w-full text-meta whitespace-nowrap">
        <thead className="bg-subtle text-left text-muted">
          <tr>
            <td className="w-9" />
            {COLUMNS.map((column) => (
              <th
                key={column}
                scope="col"
                className={cx("px-4 py-2.5 font-medium", FIGURES.includes(column) && "text-right")}
              >
                {t(`usage.columns.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-border">
          {calls.map((call) => (
            <CallRow key={call.id} call={call} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const count = (tokens: number | null): string => (tokens === null ? "–" : formatCount(tokens));

function CallRow({ call }: { call: ProviderCall }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const detailsId = useId();
  const when = formatMoment(call.createdAt);
  return (
    <Fragment>
      <tr>
        <td className="pl-1.5">
          <IconButton
            icon={open ? ChevronDown : ChevronRight}
            label={t("usage.details", { time: when })}
            aria-expanded={open}
            aria-controls={open ? detailsId : undefined}
            onPress={() => setOpen(!open)}
          />
        </td>
        <td className="px-4 py-2">{when}</td>
        <td className="px-4 py-2">{call.servedModel ?? call.model}</td>
        <td className="px-4 py-2 text-muted">{call.errorCode ?? call.finishReason ?? "–"}</td>
        <td className="px-4 py-2 text-right">{count(call.promptTokens)}</td>
        <td className="px-4 py-2 text-right">{count(call.completionTokens)}</td>
        <td className="px-4 py-2 text-right font-medium" data-cost={call.costUsd ?? ""}>
          {call.costUsd === null ? t("figures.pricing") : formatUsdExact(call.costUsd)}
        </td>
      </tr>
      {open && (
        <tr id={detailsId}>
          <td colSpan={COLUMNS.length + 1} className="bg-subtle px-4 py-3">
            <Details call={call} />
          </td>
        </tr>
      )}
    </Fragment>
  );
}

function Details({ call }: { call: ProviderCall }) {
  const { t } = useTranslation();
  const yesNo = (value: boolean | null) => (value === null ? null : t(value ? "usage.call.yes" : "usage.call.no"));
  const time = (ms: number | null) => (ms === null ? null : formatDuration(ms));
  const facts: [string, string | number | null][] = [
    [t("usage.call.asked"), call.model],
    [t("usage.call.provider"), call.provider],
    [t("usage.call.cost"), call.costUsd === null ? null : formatUsdExact(call.costUsd)],
    [t("usage.call.listPrice"), call.listPriceUsd === null ? null : formatUsdExact(call.listPriceUsd)],
    [t("usage.call.state"), t(`usage.states.${call.costState}`)],
    [t("usage.call.byok"), yesNo(call.isByok)],
    [t("usage.call.cached"), call.cachedTokens === null ? null : formatCount(call.cachedTokens)],
    [t("usage.call.written"), call.cacheWriteTokens === null ? null : formatCount(call.cacheWriteTokens)],
    [t("usage.call.reasoning"), call.reasoningTokens === null ? null : formatCount(call.reasoningTokens)],
    [t("usage.call.first"), time(call.firstTokenMs)],
    [t("usage.call.latency"), time(call.latencyMs)],
    [
      t("usage.call.speed"),
      call.tokensPerSecond === null ? null : t("usage.call.perSecond", { tokens: call.tokensPerSecond }),
    ],
    [t("usage.call.attempt"), call.attempt],
    [t("usage.call.generation"), call.generationId],
  ];
  return (
    <>
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(200px,1fr))] gap-x-6 gap-y-2 whitespace-normal">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-muted">{name}</dt>
            <dd className="break-words">{value ?? "–"}</dd>
          </div>
        ))}
      </dl>
      {call.corrections.length > 0 && (
        <ul className="mt-3 whitespace-normal text-muted">
          {call.corrections.map((correction) => (
            <li key={correction.createdAt}>
              {t("usage.call.corrected", {
                time: formatMoment(correction.createdAt),
                before: formatUsdExact(correction.costBeforeUsd),
                after: formatUsdExact(correction.costUsd),
              })}
            </li>
          ))}
        </ul>
      )}
      {call.conversationId !== null && (
        <Link
          to="/c/$conversationId"
          params={{ conversationId: call.conversationId }}
          className="mt-3 inline-block text-accent underline underline-offset-2"
        >
          {t("usage.call.openChat")}
        </Link>
      )}
    </>
  );
}
