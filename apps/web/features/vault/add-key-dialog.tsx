// Adds a provider key. The secret leaves this form once and is never shown again.
import type { ProviderKind } from "@parley/client";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Form, Label, Radio, RadioGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { fieldErrors } from "~/app/api";
import { instanceQuery } from "~/features/auth/account";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field } from "~/ui/field";
import { FormNotice } from "~/ui/form-notice";
import { OPENROUTER_URL, useKeyActions } from "./provider-keys";

interface AddKeyDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export default function AddKeyDialog({ open, onOpenChange }: AddKeyDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("keys.add")}>
      <AddKeyForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function AddKeyForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const { data: instance } = useQuery(instanceQuery);
  const { add } = useKeyActions();
  const [provider, setProvider] = useState<ProviderKind>("openrouter");
  const errors = fieldErrors(add.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [label, secret] = [String(form.get("label")), String(form.get("secret")).trim()];
    const given = form.get("baseUrl");
    const baseUrl = typeof given === "string" ? given.trim() : instance?.demo ? OPENROUTER_URL : undefined;
    add.mutate({ provider, label, secret, ...(baseUrl !== undefined && { baseUrl }) }, { onSuccess: onDone });
  };
  return (
    <Form onSubmit={submit} className="mt-2 flex flex-col gap-4">
      <ProviderChoice value={provider} onChange={setProvider} />
      {provider === "openai-compatible" && (
        <Field
          name="baseUrl"
          type="url"
          label={t("keys.baseUrl")}
          placeholder="https://api.example.com/v1"
          isRequired
          mono
          error={errors["baseUrl"]}
        />
      )}
      <Field
        name="label"
        label={t("keys.label")}
        defaultValue={t("keys.defaultLabel")}
        isRequired
        maxLength={100}
        error={errors["label"]}
      />
      <Field
        name="secret"
        type="password"
        label={t("keys.secret")}
        placeholder={provider === "openrouter" ? "sk-or-v1-…" : undefined}
        description={t("keys.secretNote")}
        isRequired
        autoComplete="off"
        mono
        autoFocus
        error={errors["secret"]}
      />
      <FormNotice
        error={add.error}
        fields={["label", "secret", ...(provider === "openai-compatible" ? ["baseUrl"] : [])]}
      />
      <div className="flex justify-end gap-2">
        <Button slot="close">{t("action.cancel")}</Button>
        <Button type="submit" variant="primary" isDisabled={add.isPending}>
          {t("keys.save")}
        </Button>
      </div>
    </Form>
  );
}

function ProviderChoice({ value, onChange }: { value: ProviderKind; onChange: (kind: ProviderKind) => void }) {
  const { t } = useTranslation();
  return (
    <RadioGroup value={value} onChange={(kind) => onChange(kind as ProviderKind)} className="flex flex-col gap-1.5">
      <Label className="text-ui font-medium">{t("keys.provider")}</Label>
      <div className="grid grid-cols-2 gap-2 max-sm:grid-cols-1">
        {(["openrouter", "openai-compatible"] as const).map((kind) => (
          <Radio
            key={kind}
            value={kind}
            className="flex min-h-10 items-center gap-2.5 rounded-control border border-border-strong px-3 text-ui selected:border-accent selected:bg-accent-soft selected:text-on-accent-soft max-md:min-h-11"
          >
            {kind === "openrouter" ? "OpenRouter" : t("keys.compatible")}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
