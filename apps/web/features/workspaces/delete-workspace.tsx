// An owner deletes the workspace; its name is to be typed, so that it is the one that is meant.
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { refreshMe } from "~/features/auth/account";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { useWorkspace, useWorkspaceClient } from "./current-workspace";

export function DeleteWorkspace() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <section aria-labelledby="delete-workspace-title">
      <h2 id="delete-workspace-title" className="text-h3 font-semibold">
        {t("deleteWorkspace.title")}
      </h2>
      <p className="mt-1 text-ui text-muted">{t("deleteWorkspace.text")}</p>
      <Button variant="danger" className="mt-3" onPress={() => setOpen(true)}>
        {t("deleteWorkspace.ask")}
      </Button>
      {open && <Question onOpenChange={setOpen} />}
    </section>
  );
}

function Question({ onOpenChange }: { onOpenChange: (open: boolean) => void }) {
  const { t } = useTranslation();
  const { name } = useWorkspace();
  const client = useWorkspaceClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const remove = useMutation({
    mutationFn: () => client.delete(),
    onSuccess: async () => {
      onOpenChange(false);
      // First, so that no page asks for what is gone.
      await refreshMe();
      await navigate({ to: "/" });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() === name.trim()) remove.mutate();
  };
  return (
    <Dialog open onOpenChange={onOpenChange} title={t("deleteWorkspace.question", { name })} alert>
      <p className="text-ui text-muted">{t("deleteWorkspace.consequence")}</p>
      <Form onSubmit={submit} className="mt-4">
        <Field
          label={t("deleteWorkspace.typeName", { name })}
          value={typed}
          onChange={setTyped}
          autoFocus
          autoComplete="off"
        />
        {remove.error && <Notice tone="danger" className="mt-3" title={messageOf(remove.error)} />}
        <div className="mt-5 flex justify-end gap-2">
          <Button slot="close" variant="plain">
            {t("action.cancel")}
          </Button>
          <Button type="submit" variant="danger" isDisabled={typed.trim() !== name.trim() || remove.isPending}>
            {t("deleteWorkspace.action")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
