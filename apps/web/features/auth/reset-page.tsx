// Sets a new password by the token of a link.
import { useMutation } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, fieldErrors, messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { useTitle } from "~/ui/use-title";
import { AuthFrame } from "./auth-frame";

/** NIST SP 800-63B §3.1.1.2; the server asks for the same. */
const PASSWORD_LENGTH = 8;

export function ResetPage() {
  const { t } = useTranslation();
  useTitle(t("auth.resetTitle"));
  const { hash: token } = useLocation();
  const reset = useMutation({ mutationFn: (newPassword: string) => api.auth.redeemReset({ token, newPassword }) });
  const errors = fieldErrors(reset.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    reset.mutate(String(new FormData(event.currentTarget).get("newPassword")));
  };
  return (
    <AuthFrame title={t("auth.resetTitle")}>
      {reset.isSuccess ? (
        <Notice tone="success" className="mt-5" title={t("auth.resetDone")} announce />
      ) : (
        <>
          <p className="mt-2 text-ui text-muted">{t("auth.resetText")}</p>
          <Form onSubmit={submit} className="mt-5 flex flex-col gap-4">
            <Field
              name="newPassword"
              type="password"
              label={t("auth.newPassword")}
              description={t("auth.passwordRule", { count: PASSWORD_LENGTH })}
              isRequired
              minLength={PASSWORD_LENGTH}
              autoComplete="new-password"
              autoFocus
              error={errors["newPassword"]}
            />
            {reset.error && !errors["newPassword"] && <Notice tone="danger" title={messageOf(reset.error)} />}
            <Button type="submit" variant="primary" isDisabled={reset.isPending}>
              {t("auth.resetSave")}
            </Button>
          </Form>
        </>
      )}
      <p className="mt-5 text-ui">
        <Link to="/login" className="font-medium text-accent underline">
          {t("auth.backToSignIn")}
        </Link>
      </p>
    </AuthFrame>
  );
}
