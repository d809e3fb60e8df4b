// Changes a key's label, and its secret if a new one is typed. Where it is sent stays: the secret is bound to it.
import type { ProviderKey } from "@parley/client";
import type { FormEvent } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { fieldErrors } from "~/app/api";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field } from "~/ui/field";
import { FormNotice } from "~/ui/form-notice";
import { useKeyActions } from "./provider-keys";

export function EditKeyDialog({ providerKey: key, onClose }: { providerKey: ProviderKey; onClose: () => void }) {
  const { t } = useTranslation();
  const { edit } = useKeyActions();
  const errors = fieldErrors(edit.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [label, secret] = [String(form.get("label")).trim(), String(form.get("secret")).trim()];
    const changes = { ...(label !== key.label && { label }), ...(secret !== "" && { secret }) };
    edit.mutate({ id: key.id, ...changes }, { onSuccess: onClose });
  };
  return (
    <Dialog open onOpenChange={onClose} title={t("keys.editTitle", { label: key.label })}>
      <Form onSubmit={submit} className="mt-2 flex flex-col gap-4">
        {key.baseUrl !== null && (
          <p className="text-meta text-muted">
            {t("keys.boundTo")} <code className="font-mono break-all text-fg">{key.baseUrl}</code>
          </p>
        )}
        <Field
          name="label"
          label={t("keys.label")}
          defaultValue={key.label}
          isRequired
          maxLength={100}
          autoFocus
          error={errors["label"]}
        />
        <Field
          name="secret"
          type="password"
          label={t("keys.newSecret")}
          description={t("keys.newSecretNote")}
          autoComplete="off"
          mono
          error={errors["secret"]}
        />
        <FormNotice error={edit.error} fields={["label", "secret"]} />
        <div className="flex justify-end gap-2">
          <Button slot="close">{t("action.cancel")}</Button>
          <Button type="submit" variant="primary" isDisabled={edit.isPending}>
            {t("action.save")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
