// Creates a platform key: what it may do and for how long; then shows it, this once.
import type { CreatedApiKey } from "@parley/client";
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Notice } from "~/ui/notice";
import { useCopy } from "~/ui/use-copy";
import { useApiKeyActions } from "./api-keys";
import { KeyForm } from "./key-form";
import { inputOf } from "./key-values";

interface CreateKeyDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function CreateKeyDialog({ open, onOpenChange }: CreateKeyDialogProps) {
  const { t } = useTranslation();
  const [created, setCreated] = useState<CreatedApiKey | null>(null);
  const change = (next: boolean) => {
    onOpenChange(next);
    if (!next) setCreated(null);
  };
  // While the key is shown, a click beside it must not lose it.
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      alert={created !== null}
      width="max-w-[560px]"
      title={t(created ? "apiKeys.createdTitle" : "apiKeys.create")}
    >
      {created ? <ShownOnce apiKey={created} /> : <CreateKeyForm onCreated={setCreated} />}
    </Dialog>
  );
}

function CreateKeyForm({ onCreated }: { onCreated: (key: CreatedApiKey) => void }) {
  const { t } = useTranslation();
  const { create } = useApiKeyActions();
  return (
    <KeyForm
      action={t("apiKeys.create")}
      isPending={create.isPending}
      error={create.error}
      onSubmit={(values) => create.mutate(inputOf(values), { onSuccess: onCreated })}
    />
  );
}

function ShownOnce({ apiKey }: { apiKey: CreatedApiKey }) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy();
  return (
    <div className="mt-2 flex flex-col gap-4">
      <Notice tone="warn" announce title={t("apiKeys.createdText")} />
      <div className="flex flex-wrap items-center gap-3 rounded-code border border-border bg-subtle p-3">
        <code className="min-w-0 flex-1 basis-64 font-mono text-meta break-all">{apiKey.token}</code>
        <Button icon={copied ? Check : Copy} onPress={() => copy(apiKey.token)} autoFocus>
          {t(copied ? "action.copied" : "apiKeys.copyKey")}
        </Button>
      </div>
      {apiKey.scopes.includes("gateway") && (
        <p className="text-meta text-muted">
          {t("apiKeys.createdUse")}: <code className="font-mono break-all text-fg">{`${location.origin}/v1`}</code>
        </p>
      )}
      <div className="flex justify-end">
        <Button slot="close" variant="primary">
          {t("apiKeys.done")}
        </Button>
      </div>
    </div>
  );
}
