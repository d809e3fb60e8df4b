// The switch of the request log, for how long calls stay, and the way to delete them all.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { Button } from "~/ui/button";
import { Confirm } from "~/ui/confirm-lazy";
import { Notice } from "~/ui/notice";
import { Select } from "~/ui/select";
import { Loading, Skeleton } from "~/ui/skeleton";
import { Switch } from "~/ui/switch";
import { type GatewaySettings } from "./gateway-settings";
import { useLogActions } from "./request-log";

/** Days to choose from; another number that was set by the API is offered, too. */
const DAYS = [1, 7, 30, 90, 365];

export interface RequestLogChoicesProps {
  settings: GatewaySettings;
  /** Something is, or may be, logged. */
  hasLogs: boolean;
}

export function RequestLogChoices({ settings: { query, change }, hasLogs }: RequestLogChoicesProps) {
  const { t } = useTranslation();
  const mayChange = useIsAtLeast("admin");
  if (query.isPending) {
    return (
      <Loading>
        <Skeleton className="mt-3 h-11 w-64 rounded-card" />
      </Loading>
    );
  }
  if (query.error) {
    return (
      <Notice
        tone="danger"
        className="mt-3"
        title={messageOf(query.error)}
        action={<Button onPress={() => void query.refetch()}>{t("action.tryAgain")}</Button>}
      />
    );
  }
  const { loggingEnabled, logRetentionDays } = query.data;
  const isDisabled = !mayChange || change.isPending;
  const days = [...new Set([...DAYS, logRetentionDays])].toSorted((a, b) => a - b);
  return (
    <div className="mt-3">
      <Switch
        isSelected={loggingEnabled}
        isDisabled={isDisabled}
        onChange={(on) => change.mutate({ loggingEnabled: on })}
      >
        {t("requestLog.switch")}
      </Switch>
      {(loggingEnabled || hasLogs) && (
        <div className="mt-2 flex flex-wrap items-end gap-3">
          <Select
            label={t("requestLog.keep")}
            value={String(logRetentionDays)}
            options={days.map((count) => ({ value: String(count), text: t("requestLog.days", { count }) }))}
            disabled={isDisabled}
            onChange={(value) => change.mutate({ logRetentionDays: Number(value) })}
            className="w-40"
          />
          {mayChange && hasLogs && <DeleteAll />}
        </div>
      )}
      {!loggingEnabled && hasLogs && (
        <Notice tone="info" className="mt-3 max-w-[66ch]" title={t("requestLog.offWithLogs")} />
      )}
      {!mayChange && <p className="mt-2 text-small text-muted">{t("requestLog.adminsOnly")}</p>}
      {change.error && <Notice tone="danger" className="mt-3" title={messageOf(change.error)} />}
    </div>
  );
}

function DeleteAll() {
  const { t } = useTranslation();
  const { deleteAll } = useLogActions();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button onPress={() => setAsking(true)}>{t("requestLog.deleteAll")}</Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t("requestLog.deleteAllTitle")}
        text={t("requestLog.deleteAllText")}
        action={t("requestLog.deleteAll")}
        onConfirm={deleteAll}
      />
    </>
  );
}
