// Settings → Gateway → Request log: whether calls are logged, who reads them, and the calls.
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronLeft, RotateCw } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useWorkspace } from "~/features/workspaces/current-workspace";
import { Button, IconButton } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { useTitle } from "~/ui/use-title";
import { BACK } from "./back";
import { useGatewaySettings } from "./gateway-settings";
import { useLogs } from "./request-log";
import { RequestLogChoices } from "./request-log-choices";
import { RequestLogFilters } from "./request-log-filters";
import { type LogSearch, logFilter } from "./request-log-search";
import { RequestLogTable } from "./request-log-table";

export function RequestLogPage() {
  const { t } = useTranslation();
  useTitle(t("requestLog.title"));
  const { id } = useWorkspace();
  return (
    <section aria-labelledby="request-log">
      <Link to="/settings/gateway" className={BACK}>
        <ChevronLeft size={16} aria-hidden />
        {t("requestLog.back")}
      </Link>
      <h2 id="request-log" className="mt-2 text-h3 font-semibold">
        {t("requestLog.title")}
      </h2>
      <div className="mt-1 flex max-w-[66ch] flex-col gap-2 text-ui text-muted">
        <p>
          {t("requestLog.about")} {t("requestLog.bound")}
        </p>
        <p>{t("requestLog.readers")}</p>
      </div>
      <Log key={id} />
    </section>
  );
}

function Log() {
  const settings = useGatewaySettings();
  const navigate = useNavigate({ from: "/settings/gateway/log" });
  // The address is where it is kept; typing does not wait for that.
  const [search, setSearch] = useState<LogSearch>(useSearch({ from: "/app/settings/gateway/log" }));
  const show = (next: LogSearch) => {
    setSearch(next);
    void navigate({ search: next, replace: true, resetScroll: false });
  };
  const filter = useMemo(() => logFilter(search, Date.now()), [search]);
  // Typing goes on while the list is read.
  const logs = useLogs(useDeferredValue(filter));
  const isFiltered = Object.keys(filter).length > 0;
  const calls = logs.data?.pages.flatMap((page) => page.data) ?? [];
  // A filter that finds nothing does not mean that there is nothing.
  const hasLogs = calls.length > 0 || isFiltered;
  return (
    <>
      <RequestLogChoices settings={settings} hasLogs={hasLogs} />
      {(hasLogs || settings.query.data?.loggingEnabled) && (
        <RequestLogFilters filter={search} onChange={show}>
          <Refresh logs={logs} />
        </RequestLogFilters>
      )}
      <Calls logs={logs} search={search} isFiltered={isFiltered} isOn={settings.query.data?.loggingEnabled === true} />
    </>
  );
}

type Logs = ReturnType<typeof useLogs>;

function Refresh({ logs }: { logs: Logs }) {
  const { t } = useTranslation();
  return (
    <IconButton
      icon={RotateCw}
      label={t("requestLog.refresh")}
      onPress={() => void logs.refetch()}
      isDisabled={logs.isFetching}
      className="mb-0.5 justify-self-start"
    />
  );
}

interface CallsProps {
  logs: Logs;
  search: LogSearch;
  isFiltered: boolean;
  isOn: boolean;
}

function Calls({ logs, search, isFiltered, isOn }: CallsProps) {
  const { t } = useTranslation();
  if (logs.isPending) {
    return (
      <Loading>
        <Skeleton className="mt-4 h-72 rounded-card" />
      </Loading>
    );
  }
  if (logs.error) {
    return (
      <Notice
        tone="danger"
        className="mt-4"
        title={messageOf(logs.error)}
        action={<Button onPress={() => void logs.refetch()}>{t("action.tryAgain")}</Button>}
      />
    );
  }
  const calls = logs.data.pages.flatMap((page) => page.data);
  if (calls.length === 0) {
    return (
      <p role="status" className="py-10 text-center text-body text-muted">
        {isFiltered ? t("requestLog.noneFound") : t("requestLog.none")}
        {!isFiltered && isOn && ` ${t("requestLog.noneOn")}`}
      </p>
    );
  }
  return (
    <>
      <RequestLogTable calls={calls} search={search} />
      {logs.hasNextPage && (
        <Button className="mt-4" onPress={() => void logs.fetchNextPage()} isDisabled={logs.isFetchingNextPage}>
          {t("requestLog.more")}
        </Button>
      )}
    </>
  );
}
