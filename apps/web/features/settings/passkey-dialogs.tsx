// Adds a passkey of this device, or gives one another name.
import type { Passkey } from "@parley/client";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, messageOf } from "~/app/api";
import { passkeyMessage } from "~/features/auth/passkey-browser";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { browserOf } from "./browser-name";
import { refreshPasskeys } from "./passkeys";

async function addPasskey({ name, password }: { name: string; password: string }): Promise<void> {
  const [{ startRegistration }, { options }] = await Promise.all([
    import("@simplewebauthn/browser"),
    api.auth.passkeys.options({ password }),
  ]);
  const response = await startRegistration({
    optionsJSON: options as unknown as Parameters<typeof startRegistration>[0]["optionsJSON"],
  });
  await api.auth.passkeys.add({ name, response: { ...response } });
  await refreshPasskeys();
}

export function AddPasskeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const add = useMutation({ mutationFn: addPasskey, onSuccess: onClose });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    add.mutate({ name: String(form.get("name")).trim(), password: String(form.get("password")) });
  };
  return (
    <Dialog open onOpenChange={onClose} title={t("passkeys.addTitle")}>
      <Form onSubmit={submit} className="mt-2 flex flex-col gap-4">
        <Field
          name="name"
          label={t("passkeys.name")}
          description={t("passkeys.nameHint")}
          defaultValue={browserOf(navigator.userAgent) ?? ""}
          isRequired
          maxLength={100}
        />
        <Field
          name="password"
          type="password"
          label={t("passkeys.password")}
          isRequired
          autoFocus
          autoComplete="current-password"
        />
        {add.error && <Notice tone="danger" title={passkeyMessage(add.error, t)} />}
        <div className="flex justify-end gap-2">
          <Button slot="close">{t("action.cancel")}</Button>
          <Button type="submit" variant="primary" isDisabled={add.isPending}>
            {t(add.isPending ? "passkeys.creating" : "passkeys.create")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

export function RenamePasskeyDialog({ passkey: { id, name }, onClose }: { passkey: Passkey; onClose: () => void }) {
  const { t } = useTranslation();
  const rename = useMutation({
    mutationFn: async (next: string) => {
      await api.auth.passkeys.rename(id, { name: next });
      await refreshPasskeys();
    },
    onSuccess: onClose,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    rename.mutate(String(new FormData(event.currentTarget).get("name")).trim());
  };
  return (
    <Dialog open onOpenChange={onClose} title={t("passkeys.renameTitle", { name })}>
      <Form onSubmit={submit} className="mt-2 flex flex-col gap-4">
        <Field name="name" label={t("passkeys.name")} defaultValue={name} isRequired maxLength={100} autoFocus />
        {rename.error && <Notice tone="danger" title={messageOf(rename.error)} />}
        <div className="flex justify-end gap-2">
          <Button slot="close">{t("action.cancel")}</Button>
          <Button type="submit" variant="primary" isDisabled={rename.isPending}>
            {t("action.save")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
