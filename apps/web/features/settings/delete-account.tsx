// The end of the profile: the account is deleted, once it is clear what goes with it and that it is its owner who asks.
import type { OwnDeletion } from "@parley/client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, messageOf } from "~/app/api";
import { useChoices } from "~/app/settings";
import { useDeleteAccount, useMe } from "~/features/auth/account";
import { DeletionPlan, isDeletable } from "~/features/workspaces/deletion-plan";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { secondFactorQuery } from "./second-factor";

const LINK = "font-medium text-accent underline";

export function DeleteAccount() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <section aria-labelledby="delete-account-title">
      <h2 id="delete-account-title" className="text-h3 font-semibold">
        {t("deleteAccount.title")}
      </h2>
      <p className="mt-1 text-ui text-muted">{t("deleteAccount.text")}</p>
      <Button variant="danger" className="mt-3" onPress={() => setOpen(true)}>
        {t("deleteAccount.ask")}
      </Button>
      {open && <Question onOpenChange={setOpen} />}
    </section>
  );
}

function Question({ onOpenChange }: { onOpenChange: (open: boolean) => void }) {
  const { t } = useTranslation();
  const choose = useChoices((choices) => choices.choose);
  // Never from before: others come and go.
  const { data, error } = useQuery({
    queryKey: ["account-deletion"],
    queryFn: () => api.auth.deletion(),
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Dialog open onOpenChange={onOpenChange} title={t("deleteAccount.question")} alert>
      <div className="flex flex-col gap-4">
        <p className="text-ui text-muted">{t("deleteAccount.consequence")}</p>
        {error && <Notice tone="danger" title={messageOf(error)} />}
        {!data && !error && (
          <Loading>
            <Skeleton className="h-24 rounded-card" />
          </Loading>
        )}
        {data && (
          <>
            <DeletionPlan
              plan={data.plan}
              wayTo={({ id, name }) => (
                <Link to="/settings/workspace" className={LINK} onClick={() => choose({ workspaceId: id })}>
                  {name}
                </Link>
              )}
              toOperators={
                <Link to="/admin/accounts" className={LINK}>
                  {t("deleteAccount.toOperators")}
                </Link>
              }
            />
            <p className="text-ui text-muted">{t("deleteAccount.audit")}</p>
          </>
        )}
        {data && isDeletable(data.plan) ? (
          <Proof kind={data.proof} />
        ) : (
          <div className="flex justify-end">
            <Button slot="close">{t("action.close")}</Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}

function Proof({ kind }: { kind: OwnDeletion["proof"] }) {
  const { t } = useTranslation();
  const { user } = useMe();
  const withPassword = kind === "password";
  const { data: factor } = useQuery({ ...secondFactorQuery, enabled: withPassword });
  const [typed, setTyped] = useState("");
  const remove = useDeleteAccount();
  const isTyped = typed.trim().toLowerCase() === user.email;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!withPassword) {
      if (isTyped) remove.mutate({ email: typed.trim() });
      return;
    }
    const form = new FormData(event.currentTarget);
    const code = form.get("code");
    remove.mutate({ password: String(form.get("password")), ...(code !== null && { code: String(code) }) });
  };
  return (
    <Form onSubmit={submit} className="flex flex-col gap-4">
      {withPassword ? (
        <Field
          name="password"
          type="password"
          label={t("secondFactor.password")}
          isRequired
          autoFocus
          autoComplete="current-password"
        />
      ) : (
        <Field
          label={t("deleteAccount.typeEmail", { email: user.email })}
          value={typed}
          onChange={setTyped}
          autoFocus
          autoComplete="off"
        />
      )}
      {factor && factor.since !== null && (
        <Field
          name="code"
          label={t("secondFactor.anyCode")}
          description={t("secondFactor.anyCodeHint")}
          isRequired
          autoComplete="one-time-code"
          maxLength={20}
          mono
        />
      )}
      {remove.error && <Notice tone="danger" title={messageOf(remove.error)} />}
      <div className="flex justify-end gap-2">
        <Button slot="close" variant="plain">
          {t("action.cancel")}
        </Button>
        <Button type="submit" variant="danger" isDisabled={remove.isPending || (!withPassword && !isTyped)}>
          {t("deleteAccount.action")}
        </Button>
      </div>
    </Form>
  );
}
