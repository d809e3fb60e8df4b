// Usage: every call to a provider with its exact cost. Charts come later.
import type { ProviderCall } from "@parley/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useIsNarrow } from "~/app/use-is-narrow";
import { PageHeader } from "~/features/chat/chat-header";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { Button } from "~/ui/button";
import { formatMoment } from "~/ui/dates";
import { formatUsd, formatUsdExact, sum } from "~/ui/money";
import { Notice } from "~/ui/notice";
import { formatCount } from "~/ui/numbers";
import { Loading, Skeleton } from "~/ui/skeleton";
import { useTitle } from "~/ui/use-title";

const PAGE = 100;

export function UsagePage() {
  const { t } = useTranslation();
  useTitle(t("usage.title"));
  const { id, name } = useWorkspace();
  const client = useWorkspaceClient();
  const narrow = useIsNarrow();
  const query = useInfiniteQuery({
    queryKey: ["calls", id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => client.calls({ limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    staleTime: 0,
  });
  const calls = query.data?.pages.flatMap((page) => page.data);
  return (
    <>
      {narrow && <PageHeader title={<span className="text-body font-semibold">{t("usage.title")}</span>} />}
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto w-full max-w-[1080px] px-8 pt-9 pb-16 max-md:px-4 max-md:pt-4">
          <h1 className="text-page font-semibold max-md:sr-only">{t("usage.title")}</h1>
          <p className="mt-1 text-ui text-muted">{name}</p>
          {query.isPending && <UsageSkeleton />}
          {query.error && (
            <Notice
              tone="danger"
              className="mt-6"
              title={messageOf(query.error)}
              action={<Button onPress={() => void query.refetch()}>{t("action.tryAgain")}</Button>}
            />
          )}
          {calls?.length === 0 && <p className="mt-10 text-center text-body text-muted">{t("usage.none")}</p>}
          {calls && calls.length > 0 && (
            <>
              <Figures calls={calls} partial={query.hasNextPage} />
              <CallTable calls={calls} />
            </>
          )}
          {query.hasNextPage && (
            <Button className="mt-4" onPress={() => void query.fetchNextPage()} isDisabled={query.isFetchingNextPage}>
              {t("usage.more")}
            </Button>
          )}
        </div>
      </div>
    </>
  );
}

function Figures({ calls, partial }: { calls: readonly ProviderCall[]; partial: boolean }) {
  const { t } = useTranslation();
  const total = (pick: (call: ProviderCall) => number | null): string =>
    formatCount(calls.reduce((count, call) => count + (pick(call) ?? 0), 0));
  const figures = [
    { label: t("usage.spend"), value: formatUsd(sum(calls.map(({ costUsd }) => costUsd ?? "0"))) },
    { label: t("usage.calls"), value: formatCount(calls.length) + (partial ? "+" : "") },
    { label: t("usage.tokensIn"), value: total(({ promptTokens }) => promptTokens) },
    { label: t("usage.tokensOut"), value: total(({ completionTokens }) => completionTokens) },
  ];
  return (
    <dl className="mt-6 grid grid-cols-4 gap-3 max-md:grid-cols-2">
      {figures.map(({ label, value }) => (
        <div key={label} className="rounded-card border border-border bg-raised px-4 py-3.5">
          <dt className="text-meta text-muted">{label}</dt>
          <dd className="tabular text-figure font-semibold">{value}</dd>
        </div>
      ))}
      {partial && <p className="col-span-full text-meta text-muted">{t("usage.partial", { count: calls.length })}</p>}
    </dl>
  );
}

function CallTable({ calls }: { calls: readonly ProviderCall[] }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a scrolling frame is no section of the page
    <div
      role="group"
      aria-label={t("usage.table")}
      tabIndex={0}
      className="mt-6 overflow-x-auto rounded-card border border-border"
    >
      <table className="tabular w-full text-meta whitespace-nowrap">
        <thead className="bg-subtle text-left text-muted">
          <tr>
            {(["time", "model", "status", "in", "out", "cost"] as const).map((column) => (
              <th
                key={column}
                scope="col"
                className={`px-4 py-2.5 font-medium ${["in", "out", "cost"].includes(column) ? "text-right" : ""}`}
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

function CallRow({ call }: { call: ProviderCall }) {
  const { t } = useTranslation();
  const when = formatMoment(call.createdAt);
  return (
    <tr>
      <td className="px-4 py-2">
        {call.conversationId === null ? (
          when
        ) : (
          <Link
            to="/c/$conversationId"
            params={{ conversationId: call.conversationId }}
            className="text-accent underline underline-offset-2"
          >
            {when}
          </Link>
        )}
      </td>
      <td className="px-4 py-2">{call.servedModel ?? call.model}</td>
      <td className="px-4 py-2 text-muted">{call.errorCode ?? call.finishReason ?? "–"}</td>
      <td className="px-4 py-2 text-right">{call.promptTokens === null ? "–" : formatCount(call.promptTokens)}</td>
      <td className="px-4 py-2 text-right">
        {call.completionTokens === null ? "–" : formatCount(call.completionTokens)}
      </td>
      <td className="px-4 py-2 text-right font-medium" data-cost={call.costUsd ?? ""}>
        {call.costUsd === null ? t("figures.pricing") : formatUsdExact(call.costUsd)}
      </td>
    </tr>
  );
}

function UsageSkeleton() {
  return (
    <Loading>
      <Skeleton className="mt-6 h-[92px] rounded-card" />
      <Skeleton className="mt-6 h-72 rounded-card" />
    </Loading>
  );
}
