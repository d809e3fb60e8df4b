// Admin → Vault: which key-encryption key wraps what, and bringing everything under the first one.
import type { MasterKeys } from "@parley/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useState } from "react";
import { Label, ProgressBar } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, messageOf, queryClient } from "~/app/api";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";

const KEY = ["instance-vault"];
/** How often a rotation that runs is looked at, ms. */
const LOOK_MS = 1_000;

export function VaultPage() {
  const { t } = useTranslation();
  const [begun, setBegun] = useState(false);
  const { data, error } = useQuery({
    queryKey: KEY,
    queryFn: () => api.operator.vault(),
    refetchInterval: ({ state }) => (begun && state.data && state.data.left > 0 ? LOOK_MS : false),
  });
  const rotate = useMutation({
    mutationFn: () => api.operator.rotateMasterKey(),
    onSuccess: (keys) => {
      setBegun(true);
      queryClient.setQueryData(KEY, keys);
      return queryClient.invalidateQueries({ queryKey: KEY });
    },
  });
  const problem = error ?? rotate.error;
  return (
    <section aria-label={t("admin.vault")}>
      <p className="max-w-[68ch] text-ui text-muted">{t("admin.vaultText")}</p>
      {problem && <Notice tone="danger" className="mt-4" title={messageOf(problem)} />}
      {!data && !error && (
        <Loading>
          <Skeleton className="mt-4 h-40 rounded-card" />
        </Loading>
      )}
      {data && (
        <>
          <KeyTable keys={data} />
          <div className="mt-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
            <Progress keys={data} />
            <Button icon={RefreshCw} onPress={() => rotate.mutate()} isDisabled={rotate.isPending}>
              {t("admin.rotate")}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

function KeyTable({ keys: { target, wrapped } }: { keys: MasterKeys }) {
  const { t } = useTranslation();
  const rows = wrapped.some(({ kekId }) => kekId === target) ? wrapped : [{ kekId: target, count: 0 }, ...wrapped];
  return (
    <ul aria-label={t("admin.masterKeys")} className="mt-5 divide-y divide-border rounded-card border border-border">
      {rows.map(({ kekId, count }) => (
        <li key={kekId} className="flex flex-wrap items-center gap-3 px-4 py-3">
          <code className="min-w-0 flex-1 font-mono text-ui break-all">{kekId}</code>
          <span className="text-meta text-muted">{t("admin.wraps", { count })}</span>
          <Badge tone={kekId === target ? "accent" : "warn"}>
            {t(kekId === target ? "admin.wrapsNow" : "admin.wrapsBefore")}
          </Badge>
        </li>
      ))}
    </ul>
  );
}

function Progress({ keys: { wrapped, left } }: { keys: MasterKeys }) {
  const { t } = useTranslation();
  const all = wrapped.reduce((sum, { count }) => sum + count, 0);
  if (left === 0)
    return (
      <p role="status" className="min-w-0 flex-1 basis-72 text-ui text-muted">
        {t("admin.vaultDone")}
      </p>
    );
  return (
    <ProgressBar value={all - left} maxValue={all} className="flex min-w-0 flex-1 basis-72 flex-col gap-1.5">
      {({ percentage = 0 }) => (
        <>
          <Label className="text-ui">{t("admin.vaultLeft", { count: left })}</Label>
          <span className="block h-2 overflow-hidden rounded-full bg-sunken">
            <span className="block h-full bg-accent" style={{ width: `${percentage}%` }} />
          </span>
        </>
      )}
    </ProgressBar>
  );
}
