// What takes the password and a code: new recovery codes, and turning two-step sign-in off.
import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { RecoveryCodes } from "./recovery-codes";

export interface ProveDialogProps {
  what: "renew" | "turn-off";
  onClose: () => void;
}

export function ProveDialog({ what, onClose }: ProveDialogProps) {
  const { t } = useTranslation();
  const renews = what === "renew";
  const act = useMutation({
    mutationFn: async (by: { password: string; code: string }) => {
      if (renews) return (await api.auth.secondFactor.renewCodes(by)).codes;
      await api.auth.secondFactor.disable(by);
      return null;
    },
    onSuccess: (codes) => codes === null && onClose(),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    act.mutate({ password: String(form.get("password")), code: String(form.get("code")) });
  };
  if (act.data)
    return (
      <Dialog open onOpenChange={onClose} alert title={t("secondFactor.codesTitle")}>
        <RecoveryCodes codes={act.data} />
      </Dialog>
    );
  return (
    <Dialog open onOpenChange={onClose} title={t(renews ? "secondFactor.renewTitle" : "secondFactor.turnOffTitle")}>
      <Form onSubmit={submit} className="mt-1 flex flex-col gap-4">
        <p className="text-ui text-muted">{t(renews ? "secondFactor.renewText" : "secondFactor.turnOffText")}</p>
        <Field
          name="password"
          type="password"
          label={t("secondFactor.password")}
          isRequired
          autoFocus
          autoComplete="current-password"
        />
        <Field
          name="code"
          label={t("secondFactor.anyCode")}
          description={t("secondFactor.anyCodeHint")}
          isRequired
          autoComplete="one-time-code"
          maxLength={20}
          mono
        />
        {act.error && <Notice tone="danger" title={messageOf(act.error)} />}
        <div className="flex justify-end gap-2">
          <Button slot="close">{t("action.cancel")}</Button>
          <Button type="submit" variant={renews ? "primary" : "danger"} isDisabled={act.isPending}>
            {t(renews ? "secondFactor.renew" : "secondFactor.turnOff")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
