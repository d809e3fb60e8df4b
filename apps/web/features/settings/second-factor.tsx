// Two-step sign-in in the profile: how it stands, set it up, renew the recovery codes, turn it off.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, messageOf, queryClient } from "~/app/api";
import { Button } from "~/ui/button";
import { formatDay } from "~/ui/dates";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { ProveDialog } from "./second-factor-proof";
import { SetUpDialog } from "./second-factor-set-up";

export const secondFactorQuery = queryOptions({
  queryKey: ["second-factor"],
  queryFn: () => api.auth.secondFactor.get(),
});

type Open = "set-up" | "renew" | "turn-off";

export function SecondFactor() {
  const { t } = useTranslation();
  const { data, error, isPending } = useQuery(secondFactorQuery);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => {
    setOpen(null);
    void queryClient.invalidateQueries({ queryKey: secondFactorQuery.queryKey });
  };
  const left = data?.recoveryCodesLeft ?? 0;
  return (
    <section aria-labelledby="second-factor-title">
      <h2 id="second-factor-title" className="text-h3 font-semibold">
        {t("secondFactor.title")}
      </h2>
      {isPending && (
        <Loading>
          <Skeleton className="mt-3 h-12 rounded-card" />
        </Loading>
      )}
      {error && <Notice tone="danger" className="mt-3" title={messageOf(error)} />}
      {data && (
        <div className="mt-2 flex flex-wrap items-center justify-between gap-3">
          <p className="min-w-0 flex-1 basis-72 text-ui text-muted">
            {data.since === null ? t("secondFactor.off") : t("secondFactor.on", { day: formatDay(data.since) })}
            {data.since !== null &&
              ` ${left === 0 ? t("secondFactor.none") : t("secondFactor.left", { count: left })}.`}
          </p>
          {data.since === null ? (
            <Button onPress={() => setOpen("set-up")}>{t("secondFactor.setUp")}</Button>
          ) : (
            <div className="flex flex-wrap gap-2">
              <Button onPress={() => setOpen("renew")}>{t("secondFactor.renew")}</Button>
              <Button onPress={() => setOpen("turn-off")}>{t("secondFactor.turnOff")}</Button>
            </div>
          )}
        </div>
      )}
      {open === "set-up" && <SetUpDialog onClose={close} />}
      {(open === "renew" || open === "turn-off") && <ProveDialog what={open} onClose={close} />}
    </section>
  );
}
