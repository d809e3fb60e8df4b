// A new workspace: its name, and then it is the one that is worked in.
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, fieldErrors } from "~/app/api";
import { useChoices } from "~/app/settings";
import { refreshMe } from "~/features/auth/account";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field } from "~/ui/field";
import { FormNotice } from "~/ui/form-notice";

export default function CreateWorkspace({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog open onOpenChange={onClose} title={t("workspace.create")}>
      <p className="text-ui text-muted">{t("workspace.createText")}</p>
      <CreateWorkspaceForm onDone={onClose} />
    </Dialog>
  );
}

export function CreateWorkspaceForm({ onDone }: { onDone?: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const choose = useChoices((choices) => choices.choose);
  const [name, setName] = useState("");
  const create = useMutation({
    mutationFn: () => api.workspaces.create({ name: name.trim() }),
    onSuccess: async ({ id }) => {
      await refreshMe();
      choose({ workspaceId: id });
      onDone?.();
      await navigate({ to: "/" });
    },
  });
  const errors = fieldErrors(create.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") create.mutate();
  };
  return (
    <Form onSubmit={submit} className="mt-4 flex flex-col gap-4">
      <Field
        label={t("workspace.name")}
        value={name}
        onChange={setName}
        isRequired
        autoFocus
        maxLength={100}
        autoComplete="off"
        error={errors["name"]}
      />
      <FormNotice error={create.error} fields={["name"]} />
      <Button type="submit" variant="primary" className="self-end" isDisabled={name.trim() === "" || create.isPending}>
        {t("workspace.createAction")}
      </Button>
    </Form>
  );
}
