// An operator deletes an account; its e-mail is to be typed, so that it is the one that is meant.
import type { InstanceAccount } from "@parley/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, messageOf, queryClient } from "~/app/api";
import { DeletionPlan, isDeletable } from "~/features/workspaces/deletion-plan";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";

export interface DeleteQuestionProps {
  account: InstanceAccount;
  onClose: () => void;
}

export function DeleteQuestion({ account, onClose }: DeleteQuestionProps) {
  const { t } = useTranslation();
  const { id, name, email } = account;
  // Never from before: others come and go.
  const { data: plan, error } = useQuery({
    queryKey: ["account-deletion", id],
    queryFn: () => api.operator.deletionOf(id),
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Dialog open onOpenChange={onClose} title={t("admin.deleteQuestion", { name })} alert>
      <div className="flex flex-col gap-4">
        <p className="text-ui text-muted">{t("admin.deleteText")}</p>
        {error && <Notice tone="danger" title={messageOf(error)} />}
        {!plan && !error && (
          <Loading>
            <Skeleton className="h-24 rounded-card" />
          </Loading>
        )}
        {plan && <DeletionPlan plan={plan} />}
        <p className="text-ui wrap-anywhere text-muted">{t("admin.deleteAudit", { id })}</p>
        {plan && isDeletable(plan) ? (
          <Confirmation id={id} email={email} onClose={onClose} />
        ) : (
          <div className="flex justify-end">
            <Button slot="close">{t("action.close")}</Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}

function Confirmation({ id, email, onClose }: { id: string; email: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const remove = useMutation({
    mutationFn: () => api.operator.deleteAccount(id),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["directory"] });
    },
  });
  const isTyped = typed.trim().toLowerCase() === email;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isTyped) remove.mutate();
  };
  return (
    <Form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label={t("deleteAccount.typeEmail", { email })}
        value={typed}
        onChange={setTyped}
        autoFocus
        autoComplete="off"
      />
      {remove.error && <Notice tone="danger" title={messageOf(remove.error)} />}
      <div className="flex justify-end gap-2">
        <Button slot="close" variant="plain">
          {t("action.cancel")}
        </Button>
        <Button type="submit" variant="danger" isDisabled={!isTyped || remove.isPending}>
          {t("deleteAccount.action")}
        </Button>
      </div>
    </Form>
  );
}
