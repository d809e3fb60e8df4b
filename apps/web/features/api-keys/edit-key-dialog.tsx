// Changes one's own platform key, and says what that does to the programs that use it.
import type { ApiKey, Scope } from "@parley/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "~/ui/dialog";
import { useApiKeyActions } from "./api-keys";
import { KeyForm } from "./key-form";
import { changesOf, type KeyValues } from "./key-values";

export function EditKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation();
  const { change } = useApiKeyActions();
  // The key as it was when the dialog was opened: the list may be read again meanwhile.
  const [key] = useState(apiKey);
  const save = (values: KeyValues, offered: Scope[] | undefined) => {
    const changes = changesOf(key, values, offered);
    if (Object.keys(changes).length === 0) onClose();
    else change.mutate({ id: key.id, changes }, { onSuccess: onClose });
  };
  return (
    <Dialog open onOpenChange={onClose} width="max-w-[560px]" title={t("apiKeys.editTitle", { name: key.name })}>
      <KeyForm
        apiKey={key}
        note={<p className="text-ui text-muted">{t("apiKeys.editText")}</p>}
        action={t(change.isPending ? "apiKeys.saving" : "action.save")}
        isPending={change.isPending}
        error={change.error}
        onSubmit={save}
      />
    </Dialog>
  );
}
