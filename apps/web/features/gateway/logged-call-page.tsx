// One logged call: what is known of it, what was asked, what was answered.
import type { GatewayLogDetail } from "@parley/client";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { codeOf, messageOf } from "~/app/api";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { Confirm } from "~/ui/confirm-lazy";
import { formatInstant } from "~/ui/dates";
import { formatUsdExact } from "~/ui/money";
import { Notice } from "~/ui/notice";
import { formatCount, formatDuration } from "~/ui/numbers";
import { Loading, Skeleton } from "~/ui/skeleton";
import { useTitle } from "~/ui/use-title";
import { BACK } from "./back";
import { LoggedAnswer } from "./logged-answer";
import { LoggedRequest } from "./logged-request";
import { STATUS_TONES, useLog, useLogActions } from "./request-log";

export function LoggedCallPage() {
  const { t } = useTranslation();
  useTitle(t("requestLog.title"));
  const { logId } = useParams({ from: "/app/settings/gateway/log/$logId" });
  const search = useSearch({ from: "/app/settings/gateway/log/$logId" });
  const query = useLog(logId);
  return (
    <section aria-label={t("requestLog.title")}>
      <Link to="/settings/gateway/log" search={search} className={BACK}>
        <ChevronLeft size={16} aria-hidden />
        {t("requestLog.backToLog")}
      </Link>
      {query.isPending && (
        <Loading>
          <Skeleton className="mt-4 h-96 rounded-card" />
        </Loading>
      )}
      {query.error && codeOf(query.error) === "not_found" && (
        <div className="py-10 text-center">
          <h2 className="text-h3 font-semibold">{t("requestLog.gone")}</h2>
          <p className="mt-1 text-body text-muted">{t("requestLog.goneText")}</p>
        </div>
      )}
      {query.error && codeOf(query.error) !== "not_found" && (
        <Notice
          tone="danger"
          className="mt-4"
          title={messageOf(query.error)}
          action={<Button onPress={() => void query.refetch()}>{t("action.tryAgain")}</Button>}
        />
      )}
      {query.data && <LoggedCall key={logId} log={query.data} />}
    </section>
  );
}

function LoggedCall({ log }: { log: GatewayLogDetail }) {
  const { t } = useTranslation();
  const isAdmin = useIsAtLeast("admin");
  return (
    <>
      <div className="mt-2 flex flex-wrap items-center justify-between gap-3">
        <h2 className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 text-h3 font-semibold">
          <span className="break-all">{log.alias ?? log.model}</span>
          <Badge tone={STATUS_TONES[log.status]}>{t(`requestLog.statuses.${log.status}`)}</Badge>
        </h2>
        {isAdmin && <Delete id={log.id} />}
      </div>
      <p className="mt-1 text-ui text-muted">
        <time dateTime={log.createdAt}>{formatInstant(log.createdAt)}</time> · {t("requestLog.recorded")}
      </p>
      <Facts log={log} />
      {log.request === null || log.answer === null ? (
        <Notice tone="warn" className="mt-6" title={t("requestLog.unreadable")} />
      ) : (
        <>
          <LoggedRequest log={log} body={log.request} />
          <LoggedAnswer log={log} body={log.answer} />
        </>
      )}
    </>
  );
}

function Delete({ id }: { id: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: "/app/settings/gateway/log/$logId" });
  const actions = useLogActions();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button onPress={() => setAsking(true)}>{t("requestLog.delete")}</Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t("requestLog.deleteTitle")}
        text={t("requestLog.deleteText")}
        action={t("requestLog.delete")}
        onConfirm={async () => {
          await actions.delete(id);
          await navigate({ to: "/settings/gateway/log", search });
        }}
      />
    </>
  );
}

function Facts({ log }: { log: GatewayLogDetail }) {
  const { t } = useTranslation();
  const time = (ms: number | null) => (ms === null ? null : formatDuration(ms));
  const tokens = log.promptTokens !== null || log.completionTokens !== null;
  const count = (number: number | null) => (number === null ? "–" : formatCount(number));
  const facts: [string, string | number | null][] = [
    [t("requestLog.facts.key"), log.apiKeyName],
    [t("requestLog.facts.member"), log.userName],
    [t("requestLog.facts.path"), `/v1${log.path}`],
    [t("requestLog.facts.http"), log.httpStatus ?? t("requestLog.facts.noHttp")],
    [t("requestLog.facts.asked"), log.model],
    [t("requestLog.facts.served"), log.servedModel === log.model ? null : log.servedModel],
    [t("requestLog.facts.provider"), log.provider],
    [t("requestLog.facts.cost"), log.costUsd === null ? t("figures.pricing") : formatUsdExact(log.costUsd)],
    [
      t("requestLog.facts.tokens"),
      tokens
        ? t("requestLog.facts.tokensText", { in: count(log.promptTokens), out: count(log.completionTokens) })
        : null,
    ],
    [t("requestLog.facts.reasoning"), log.reasoningTokens === null ? null : formatCount(log.reasoningTokens)],
    [t("requestLog.facts.latency"), time(log.latencyMs)],
    [t("requestLog.facts.first"), time(log.firstTokenMs)],
    [t("requestLog.facts.finish"), log.finishReason],
    [t("requestLog.facts.error"), log.errorCode],
    [t("requestLog.facts.attempt"), log.attempt > 1 ? log.attempt : null],
    [t("requestLog.facts.generation"), log.generationId],
    [t("requestLog.facts.id"), log.id],
  ];
  return (
    <dl className="mt-4 grid grid-cols-[repeat(auto-fill,minmax(140px,1fr))] gap-x-6 gap-y-3 rounded-card border border-border p-4 text-meta">
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-muted">{name}</dt>
            <dd className="break-words">{value}</dd>
          </div>
        ))}
    </dl>
  );
}
