// Settings → Workspace: its name, handing it over, deleting it.
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { fieldErrors } from "~/app/api";
import { refreshMe } from "~/features/auth/account";
import { Button } from "~/ui/button";
import { Field } from "~/ui/field";
import { FormNotice } from "~/ui/form-notice";
import { useTitle } from "~/ui/use-title";
import { useIsAtLeast, useWorkspace, useWorkspaceClient } from "./current-workspace";
import { DeleteWorkspace } from "./delete-workspace";
import { TransferWorkspace } from "./transfer-workspace";

export function WorkspacePage() {
  const { t } = useTranslation();
  useTitle(t("settings.workspace"));
  const { id } = useWorkspace();
  const isOwner = useIsAtLeast("owner");
  return (
    <div key={id} className="flex flex-col gap-10">
      <RenameForm />
      {isOwner && <TransferWorkspace />}
      {isOwner && <DeleteWorkspace />}
    </div>
  );
}

function RenameForm() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const client = useWorkspaceClient();
  const mayRename = useIsAtLeast("admin");
  const [name, setName] = useState(workspace.name);
  const rename = useMutation({
    mutationFn: () => client.update({ name: name.trim() }),
    onSuccess: refreshMe,
  });
  const errors = fieldErrors(rename.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <section aria-label={t("settings.workspace")}>
      <Form onSubmit={submit} className="flex items-start gap-3">
        <div className="flex-1">
          <Field
            label={t("workspace.name")}
            value={name}
            onChange={setName}
            isRequired
            isDisabled={!mayRename}
            maxLength={100}
            error={errors["name"]}
          />
        </div>
        {mayRename && (
          <Button
            type="submit"
            variant="primary"
            className="mt-[26px]"
            isDisabled={rename.isPending || name.trim() === "" || name.trim() === workspace.name}
          >
            {t("action.save")}
          </Button>
        )}
      </Form>
      <FormNotice error={rename.error} fields={["name"]} className="mt-3" />
    </section>
  );
}
