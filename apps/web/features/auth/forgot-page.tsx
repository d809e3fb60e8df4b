// Asks for a link that sets a new password.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, fieldErrors, messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { useTitle } from "~/ui/use-title";
import { instanceQuery } from "./account";
import { AuthFrame } from "./auth-frame";

export function ForgotPage() {
  const { t } = useTranslation();
  useTitle(t("auth.forgotTitle"));
  const { data: instance } = useQuery(instanceQuery);
  return (
    <AuthFrame title={t("auth.forgotTitle")}>
      {instance?.mail === false ? (
        <Notice tone="info" className="mt-5" title={t("auth.forgotNoMail")} />
      ) : (
        <RequestForm />
      )}
      <p className="mt-5 text-ui">
        <Link to="/login" className="font-medium text-accent underline">
          {t("auth.backToSignIn")}
        </Link>
      </p>
    </AuthFrame>
  );
}

function RequestForm() {
  const { t } = useTranslation();
  const request = useMutation({ mutationFn: (email: string) => api.auth.requestReset({ email }) });
  const errors = fieldErrors(request.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    request.mutate(String(new FormData(event.currentTarget).get("email")));
  };
  if (request.isSuccess) return <Notice tone="success" className="mt-5" title={t("auth.forgotSent")} announce />;
  return (
    <>
      <p className="mt-2 text-ui text-muted">{t("auth.forgotText")}</p>
      <Form onSubmit={submit} className="mt-5 flex flex-col gap-4">
        <Field
          name="email"
          type="email"
          label={t("auth.email")}
          isRequired
          autoComplete="username"
          autoFocus
          error={errors["email"]}
        />
        {request.error && !errors["email"] && <Notice tone="danger" title={messageOf(request.error)} />}
        <Button type="submit" variant="primary" isDisabled={request.isPending}>
          {t("auth.forgotSend")}
        </Button>
      </Form>
    </>
  );
}
