// Creates a platform key: what it may do and for how long; then shows it, this once.
import type { ApiKeyInput, CreatedApiKey, Scope } from "@parley/client";
import { Check, Copy } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { fieldErrors } from "~/app/api";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field } from "~/ui/field";
import { FormNotice } from "~/ui/form-notice";
import { Notice } from "~/ui/notice";
import { useCopy } from "~/ui/use-copy";
import { useApiKeyActions } from "./api-keys";
import { Choice, LimitFields, ScopeChoice } from "./key-fields";

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

const EXPIRIES = ["30", "90", "365", "never"] as const;
type Expiry = (typeof EXPIRIES)[number];

/** Fields that show their own errors. */
const FIELDS = ["name", "scopes", "requestsPerMinute", "budgetUsd", "models"];

function CreateKeyForm({ onCreated }: { onCreated: (key: CreatedApiKey) => void }) {
  const { t } = useTranslation();
  const { create } = useApiKeyActions();
  const [scopes, setScopes] = useState<Scope[]>([]);
  const [expiry, setExpiry] = useState<Expiry>("90");
  const [period, setPeriod] = useState<"day" | "month" | "total">("month");
  const [incomplete, setIncomplete] = useState(false);
  const errors = fieldErrors(create.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setIncomplete(scopes.length === 0);
    if (scopes.length === 0) return;
    const form = new FormData(event.currentTarget);
    create.mutate({ ...limitsOf(form, period), scopes, ...expiryOf(expiry) }, { onSuccess: onCreated });
  };
  return (
    <Form onSubmit={submit} className="mt-2 flex flex-col gap-5">
      <Field
        name="name"
        label={t("apiKeys.name")}
        placeholder={t("apiKeys.namePlaceholder")}
        isRequired
        autoFocus
        autoComplete="off"
        maxLength={100}
        error={errors["name"]}
      />
      <ScopeChoice
        value={scopes}
        onChange={setScopes}
        error={errors["scopes"] ?? (incomplete && scopes.length === 0 ? t("apiKeys.scopesMissing") : undefined)}
      />
      <Choice
        label={t("apiKeys.expiry")}
        options={EXPIRIES.map((id) => ({ id, text: t(`apiKeys.expiries.${id}`) }))}
        value={expiry}
        onChange={setExpiry}
      />
      <LimitFields errors={errors} period={period} onPeriod={setPeriod} />
      <FormNotice error={create.error} fields={FIELDS} />
      <div className="flex justify-end gap-2">
        <Button slot="close">{t("action.cancel")}</Button>
        <Button type="submit" variant="primary" isDisabled={create.isPending}>
          {t("apiKeys.create")}
        </Button>
      </div>
    </Form>
  );
}

function limitsOf(form: FormData, budgetPeriod: "day" | "month" | "total"): Omit<ApiKeyInput, "scopes" | "expiresAt"> {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const [rate, budgetUsd] = [text("requestsPerMinute"), text("budgetUsd")];
  const models = [...new Set(text("models").split(/[\s,]+/))].filter((model) => model !== "");
  return {
    name: text("name"),
    ...(rate !== "" && { requestsPerMinute: Number(rate) }),
    ...(budgetUsd !== "" && { budgetUsd, budgetPeriod }),
    ...(models.length > 0 && { models }),
  };
}

function expiryOf(expiry: Expiry): { expiresAt?: string } {
  if (expiry === "never") return {};
  return { expiresAt: new Date(Date.now() + Number(expiry) * 24 * 3_600_000).toISOString() };
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
