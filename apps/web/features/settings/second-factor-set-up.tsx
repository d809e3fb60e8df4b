// Sets up two-step sign-in: the password, the app's first code, then the recovery codes.
import { useMutation } from "@tanstack/react-query";
import { Check, Copy } from "lucide-react";
import type { FormEvent } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { QrCode } from "~/ui/qr-code";
import { useCopy } from "~/ui/use-copy";
import { RecoveryCodes } from "./recovery-codes";

export function SetUpDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const begin = useMutation({ mutationFn: (password: string) => api.auth.secondFactor.begin({ password }) });
  const confirm = useMutation({ mutationFn: (code: string) => api.auth.secondFactor.confirm({ code }) });
  const codes = confirm.data?.codes;
  // What is shown only once must not be lost by a click beside it.
  return (
    <Dialog
      open
      onOpenChange={onClose}
      alert={codes !== undefined}
      title={t(codes ? "secondFactor.codesTitle" : "secondFactor.setUpTitle")}
    >
      {codes ? (
        <RecoveryCodes codes={codes} />
      ) : begin.data ? (
        <AppStep {...begin.data} error={confirm.error} isPending={confirm.isPending} onCode={confirm.mutate} />
      ) : (
        <PasswordStep error={begin.error} isPending={begin.isPending} onPassword={begin.mutate} />
      )}
    </Dialog>
  );
}

interface StepProps {
  error: Error | null;
  isPending: boolean;
}

function PasswordStep({ error, isPending, onPassword }: StepProps & { onPassword: (password: string) => void }) {
  const { t } = useTranslation();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onPassword(String(new FormData(event.currentTarget).get("password")));
  };
  return (
    <Form onSubmit={submit} className="mt-2 flex flex-col gap-4">
      <Field
        name="password"
        type="password"
        label={t("secondFactor.password")}
        isRequired
        autoFocus
        autoComplete="current-password"
      />
      {error && <Notice tone="danger" title={messageOf(error)} />}
      <div className="flex justify-end gap-2">
        <Button slot="close">{t("action.cancel")}</Button>
        <Button type="submit" variant="primary" isDisabled={isPending}>
          {t("secondFactor.next")}
        </Button>
      </div>
    </Form>
  );
}

interface AppStepProps extends StepProps {
  secret: string;
  uri: string;
  onCode: (code: string) => void;
}

function AppStep({ secret, uri, error, isPending, onCode }: AppStepProps) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onCode(String(new FormData(event.currentTarget).get("code")));
  };
  return (
    <Form onSubmit={submit} className="mt-2 flex flex-col gap-4">
      <p className="text-ui">{t("secondFactor.scan")}</p>
      <QrCode text={uri} label={t("secondFactor.qr")} className="size-48 self-center rounded-code" />
      <div className="flex flex-wrap items-center gap-3 rounded-code border border-border bg-subtle p-3">
        <p className="min-w-0 flex-1 basis-56 text-meta break-words">
          <span className="text-muted">{t("secondFactor.key")} </span>
          <code className="font-mono">{secret.replace(/.{4}(?=.)/g, "$& ")}</code>
        </p>
        <Button icon={copied ? Check : Copy} onPress={() => copy(secret)}>
          {t(copied ? "action.copied" : "secondFactor.copyKey")}
        </Button>
      </div>
      <Field
        name="code"
        label={t("secondFactor.code")}
        description={t("secondFactor.codeHint")}
        isRequired
        autoFocus
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={7}
        mono
      />
      {error && <Notice tone="danger" title={messageOf(error)} />}
      <div className="flex justify-end gap-2">
        <Button slot="close">{t("action.cancel")}</Button>
        <Button type="submit" variant="primary" isDisabled={isPending}>
          {t("secondFactor.turnOn")}
        </Button>
      </div>
    </Form>
  );
}
