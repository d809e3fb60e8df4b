// Kept answers of the gateway: whether there are any, for how long, and how many there are now.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useIsAtLeast, useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { Button } from "~/ui/button";
import { Confirm } from "~/ui/confirm-lazy";
import { Notice } from "~/ui/notice";
import { formatBytes, formatCount } from "~/ui/numbers";
import { Select } from "~/ui/select";
import { Loading, Skeleton } from "~/ui/skeleton";
import { Switch } from "~/ui/switch";
import { useGatewaySettings } from "./gateway-settings";

/** Times to choose from, seconds; another one that was set by the API is offered, too. */
const TIMES_S = [60, 300, 3_600, 21_600, 86_400];

function useAnswerCache() {
  const { gateway } = useWorkspaceClient();
  const { query, change, read } = useGatewaySettings();
  return {
    query,
    change,
    empty: async () => {
      await gateway.emptyCache();
      await read();
    },
  };
}

export function AnswerCache() {
  const { t } = useTranslation();
  const mayChange = useIsAtLeast("admin");
  const { query, change, empty } = useAnswerCache();
  return (
    <section className="mt-8" aria-labelledby="answer-cache">
      <h2 id="answer-cache" className="text-h3 font-semibold">
        {t("gateway.cache.title")}
      </h2>
      <p className="mt-1 max-w-[60ch] text-ui text-muted">{t("gateway.cache.about")}</p>
      {query.isPending && (
        <Loading>
          <Skeleton className="mt-3 h-11 w-64 rounded-card" />
        </Loading>
      )}
      {query.error && <Notice tone="danger" className="mt-3" title={messageOf(query.error)} />}
      {query.data && (
        <Choices
          settings={query.data}
          change={change.mutate}
          isDisabled={!mayChange || change.isPending}
          empty={mayChange ? empty : undefined}
        />
      )}
      {query.data && !mayChange && <p className="mt-2 text-small text-muted">{t("gateway.cache.adminsOnly")}</p>}
      {change.error && <Notice tone="danger" className="mt-3" title={messageOf(change.error)} />}
    </section>
  );
}

type Cache = ReturnType<typeof useAnswerCache>;

interface ChoicesProps {
  settings: NonNullable<Cache["query"]["data"]>;
  change: Cache["change"]["mutate"];
  isDisabled: boolean;
  /** Undefined for those who may not. */
  empty: Cache["empty"] | undefined;
}

function Choices({ settings, change, isDisabled, empty }: ChoicesProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const { cacheEnabled, cacheTtlSeconds, cachedAnswers, cachedBytes } = settings;
  const times = [...new Set([...TIMES_S, cacheTtlSeconds])].toSorted((a, b) => a - b);
  const texts = new Map(times.map((seconds) => [String(seconds), timeText(seconds)]));
  return (
    <div className="mt-2">
      <Switch isSelected={cacheEnabled} isDisabled={isDisabled} onChange={(on) => change({ cacheEnabled: on })}>
        {t("gateway.cache.on")}
      </Switch>
      {cacheEnabled && (
        <div className="mt-2 flex flex-wrap items-end gap-x-4 gap-y-3">
          <Select
            label={t("gateway.cache.time")}
            value={String(cacheTtlSeconds)}
            options={[...texts].map(([value, text]) => ({ value, text }))}
            disabled={isDisabled}
            onChange={(value) => change({ cacheTtlSeconds: Number(value) })}
            className="w-40"
          />
          <p className="flex min-h-11 items-center text-ui text-muted">
            {t("gateway.cache.kept", {
              count: cachedAnswers,
              answers: formatCount(cachedAnswers),
              size: formatBytes(cachedBytes),
            })}
          </p>
          {empty && cachedAnswers > 0 && (
            <Button onPress={() => setAsking(true)} variant="plain">
              {t("gateway.cache.empty")}
            </Button>
          )}
        </div>
      )}
      {empty && (
        <Confirm
          open={asking}
          onOpenChange={setAsking}
          title={t("gateway.cache.emptyTitle")}
          text={t("gateway.cache.emptyText")}
          action={t("gateway.cache.empty")}
          onConfirm={empty}
        />
      )}
    </div>
  );
}

/** 300 → "5 minutes". */
function timeText(seconds: number): string {
  const [value, unit] =
    seconds % 3_600 === 0
      ? [seconds / 3_600, "hour"]
      : seconds % 60 === 0
        ? [seconds / 60, "minute"]
        : [seconds, "second"];
  return new Intl.NumberFormat("en-US", { style: "unit", unit, unitDisplay: "long" }).format(value);
}
