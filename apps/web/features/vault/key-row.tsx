// One provider key: what it is called, what can be seen of it, whether it works, and the way to be rid of it.
import type { ProviderKey } from "@parley/client";
import { KeyRound, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Badge } from "~/ui/badge";
import { Button, IconButton } from "~/ui/button";
import { Confirm } from "~/ui/confirm-lazy";
import { formatDay } from "~/ui/dates";
import { formatUsd } from "~/ui/money";
import { useKeyActions } from "./provider-keys";

export function KeyRow({ providerKey: key, used }: { providerKey: ProviderKey; used: boolean }) {
  const { t } = useTranslation();
  const { test, remove } = useKeyActions();
  const [deleting, setDeleting] = useState(false);
  const facts = [
    key.provider === "openrouter" ? "OpenRouter" : key.baseUrl,
    key.lastUsedAt ? t("keys.lastUsed", { day: formatDay(key.lastUsedAt) }) : t("keys.neverUsed"),
  ];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3.5">
      <KeyRound size={18} aria-hidden className="shrink-0 text-muted" />
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="text-body font-medium">{key.label}</span>
          <code className="font-mono text-meta text-muted">{key.masked}</code>
        </p>
        <p className="text-meta text-muted">{facts.filter(Boolean).join(" · ")}</p>
        <p className="text-caption text-fg-subtle">
          {t("keys.fingerprint")} <code className="font-mono break-all">{key.fingerprint}</code>
        </p>
      </div>
      <div className="flex items-center gap-2">
        {used && !test.data && <Badge tone="accent">{t("keys.inUse")}</Badge>}
        {test.data && (
          <Badge tone={test.data.ok ? "success" : "danger"}>{t(test.data.ok ? "keys.works" : "keys.refused")}</Badge>
        )}
        <Button onPress={() => test.mutate(key.id)} isDisabled={test.isPending}>
          {t(test.isPending ? "keys.testing" : "keys.test")}
        </Button>
        <IconButton icon={Trash2} label={t("keys.delete", { label: key.label })} onPress={() => setDeleting(true)} />
      </div>
      <p role="status" className="basis-full pl-[34px] text-meta text-muted empty:hidden">
        {test.error ? messageOf(test.error) : test.data?.message}
        {test.data?.limitRemainingUsd != null &&
          ` ${t("keys.remaining", { amount: formatUsd(test.data.limitRemainingUsd) })}`}
      </p>
      <Confirm
        open={deleting}
        onOpenChange={setDeleting}
        title={t("keys.deleteTitle", { label: key.label })}
        text={t("keys.deleteText")}
        action={t("keys.deleteAction")}
        onConfirm={() => remove.mutateAsync(key.id)}
      />
    </li>
  );
}
