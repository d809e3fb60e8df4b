// Signing in with e-mail and password.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { Form } from "react-aria-components";
import { Trans, useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { GoTo } from "~/app/go-to";
import { Button } from "~/ui/button";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { useTitle } from "~/ui/use-title";
import { instanceQuery, meQuery, useSignIn } from "./account";
import { AuthFrame } from "./auth-frame";
import { safeTarget } from "./return-target";

export function LoginPage() {
  const { t } = useTranslation();
  useTitle(t("auth.signIn"));
  const { next } = useSearch({ strict: false }) as { next?: string };
  const { data: me } = useQuery(meQuery);
  const { data: instance } = useQuery(instanceQuery);
  const navigate = useNavigate();
  const signIn = useSignIn();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const body = { email: String(form.get("email")), password: String(form.get("password")) };
    signIn.mutate(body, { onSuccess: () => navigate({ to: safeTarget(next), replace: true }) });
  };
  if (me && signIn.isIdle) return <GoTo to={safeTarget(next)} />;
  if (instance && !instance.hasAccounts) return <GoTo to="/register" />;
  return (
    <AuthFrame title={t("auth.signIn")}>
      <Form onSubmit={submit} className="mt-5 flex flex-col gap-4">
        <Field name="email" type="email" label={t("auth.email")} isRequired autoComplete="username" autoFocus />
        <Field name="password" type="password" label={t("auth.password")} isRequired autoComplete="current-password" />
        {signIn.error && <Notice tone="danger" title={messageOf(signIn.error)} />}
        <Button type="submit" variant="primary" isPending={signIn.isPending}>
          {t("auth.signIn")}
        </Button>
      </Form>
      <p className="mt-5 text-ui">
        <Link to="/forgot" className="font-medium text-accent underline">
          {t("auth.forgot")}
        </Link>
      </p>
      {instance?.registration !== "closed" && (
        <p className="mt-2 text-ui text-muted">
          <Trans
            i18nKey="auth.noAccount"
            components={{ register: <Link to="/register" className="font-medium text-accent underline" /> }}
          />
        </p>
      )}
    </AuthFrame>
  );
}
