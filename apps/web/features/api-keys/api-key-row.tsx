// One platform key: its name, what can be seen of it, what it may do, and the ways to change and to end it.
import type { ApiKey } from "@parley/client";
import { Pencil, SquareTerminal, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "~/features/auth/account";
import { Badge } from "~/ui/badge";
import { IconButton } from "~/ui/button";
import { Confirm } from "~/ui/confirm-lazy";
import { formatDay, formatMoment } from "~/ui/dates";
import { formatUsd } from "~/ui/money";
import { useApiKeyActions } from "./api-keys";
import { EditKeyDialog } from "./edit-key-dialog";

export function ApiKeyRow({ apiKey: key }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const { revoke } = useApiKeyActions();
  const { user } = useMe();
  const [open, setOpen] = useState<"edit" | "revoke" | null>(null);
  const facts = useFacts(key);
  const expired = key.expiresAt !== null && Date.parse(key.expiresAt) <= Date.now();
  return (
    <li className="flex items-start gap-4 px-4 py-3.5">
      <SquareTerminal size={18} aria-hidden className="mt-0.5 shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="text-body font-medium break-words">{key.name}</span>
          <code className="font-mono text-meta text-muted">{key.masked}</code>
        </p>
        <p className="text-meta text-muted">{facts.join(" · ")}</p>
        <ul aria-label={t("apiKeys.scopes")} className="mt-1.5 flex flex-wrap gap-1.5">
          {expired && (
            <li>
              <Badge tone="warn">{t("apiKeys.expired")}</Badge>
            </li>
          )}
          {key.scopes.map((scope) => (
            <li key={scope}>
              <Badge>{scope}</Badge>
            </li>
          ))}
        </ul>
      </div>
      <div className="flex shrink-0">
        {key.userId === user.id && (
          <IconButton icon={Pencil} label={t("apiKeys.edit", { name: key.name })} onPress={() => setOpen("edit")} />
        )}
        <IconButton icon={Trash2} label={t("apiKeys.revoke", { name: key.name })} onPress={() => setOpen("revoke")} />
      </div>
      {open === "edit" && <EditKeyDialog apiKey={key} onClose={() => setOpen(null)} />}
      <Confirm
        open={open === "revoke"}
        onOpenChange={() => setOpen(null)}
        title={t("apiKeys.revokeTitle", { name: key.name })}
        text={t("apiKeys.revokeText")}
        action={t("apiKeys.revokeAction")}
        onConfirm={() => revoke.mutateAsync(key.id)}
      />
    </li>
  );
}

function useFacts(key: ApiKey): string[] {
  const { t } = useTranslation();
  const { user } = useMe();
  const { expiresAt, lastUsedAt, requestsPerMinute, budgetUsd, budgetPeriod, models } = key;
  const facts = [
    key.userId !== user.id && t("apiKeys.of", { name: key.userName }),
    lastUsedAt === null ? t("apiKeys.neverUsed") : t("apiKeys.lastUsed", { time: formatMoment(lastUsedAt) }),
    expiresAt !== null && Date.parse(expiresAt) > Date.now() && t("apiKeys.expires", { day: formatDay(expiresAt) }),
    requestsPerMinute !== null && t("apiKeys.perMinute", { count: requestsPerMinute }),
    budgetUsd !== null && budgetPeriod && t(`apiKeys.budgetOf.${budgetPeriod}`, { amount: formatUsd(budgetUsd) }),
    models && t("apiKeys.modelCount", { count: models.length }),
  ];
  return facts.filter((fact) => typeof fact === "string");
}
