// The passkeys of the account: added, renamed, removed.
import type { Passkey } from "@parley/client";
import { useQuery } from "@tanstack/react-query";
import { Fingerprint, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, messageOf } from "~/app/api";
import { canUsePasskeys } from "~/features/auth/passkey-browser";
import { Button, IconButton } from "~/ui/button";
import { Confirm } from "~/ui/confirm-lazy";
import { formatDay, formatMoment } from "~/ui/dates";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { AddPasskeyDialog, RenamePasskeyDialog } from "./passkey-dialogs";
import { passkeysQuery, refreshPasskeys } from "./passkeys";

export function PasskeyList() {
  const { t } = useTranslation();
  const { data, error, isPending } = useQuery(passkeysQuery);
  const [adding, setAdding] = useState(false);
  // Where the browser knows none there is nothing to say, but of what was added elsewhere.
  if (!canUsePasskeys() && !data?.length) return null;
  return (
    <section aria-labelledby="passkeys-title">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 flex-1 basis-72">
          <h2 id="passkeys-title" className="text-h3 font-semibold">
            {t("passkeys.title")}
          </h2>
          <p className="mt-2 text-ui text-muted">{t("passkeys.text")}</p>
        </div>
        {canUsePasskeys() && <Button onPress={() => setAdding(true)}>{t("passkeys.add")}</Button>}
      </div>
      {isPending && (
        <Loading>
          <Skeleton className="mt-3 h-16 rounded-card" />
        </Loading>
      )}
      {error && <Notice tone="danger" className="mt-3" title={messageOf(error)} />}
      {data && data.length > 0 && (
        <ul aria-label={t("passkeys.title")} className="mt-3 divide-y divide-border rounded-card border border-border">
          {data.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} />
          ))}
        </ul>
      )}
      {adding && <AddPasskeyDialog onClose={() => setAdding(false)} />}
    </section>
  );
}

function PasskeyRow({ passkey }: { passkey: Passkey }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<"rename" | "remove" | null>(null);
  const { id, name, createdAt, lastUsedAt } = passkey;
  const remove = async () => {
    await api.auth.passkeys.remove(id);
    await refreshPasskeys();
  };
  const used = lastUsedAt ? t("passkeys.used", { time: formatMoment(lastUsedAt) }) : t("passkeys.neverUsed");
  return (
    <li className="flex items-center gap-x-4 px-4 py-3">
      <Fingerprint size={18} aria-hidden className="shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <p className="truncate text-ui font-medium">{name}</p>
        <p className="text-meta text-muted">{t("passkeys.facts", { day: formatDay(createdAt), used })}</p>
      </div>
      <IconButton icon={Pencil} label={t("passkeys.renameNamed", { name })} onPress={() => setOpen("rename")} />
      <IconButton icon={Trash2} label={t("passkeys.removeNamed", { name })} onPress={() => setOpen("remove")} />
      {open === "rename" && <RenamePasskeyDialog passkey={passkey} onClose={() => setOpen(null)} />}
      <Confirm
        open={open === "remove"}
        onOpenChange={() => setOpen(null)}
        title={t("passkeys.removeTitle", { name })}
        text={t("passkeys.removeText")}
        action={t("passkeys.remove")}
        onConfirm={remove}
      />
    </li>
  );
}
