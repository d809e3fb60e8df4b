// Signing in: with e-mail and password, or through the provider.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { Trans, useTranslation } from "react-i18next";
import { codeOf, messageOf } from "~/app/api";
import { GoTo } from "~/app/go-to";
import { Button } from "~/ui/button";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { useTitle } from "~/ui/use-title";
import { instanceQuery, meQuery, useSignIn, wasDeleted } from "./account";
import { AuthFrame } from "./auth-frame";
import { PasskeySignIn } from "./passkey-sign-in";
import { ProviderProblem, ProviderSignIn } from "./provider-sign-in";
import { safeTarget } from "./return-target";

export function LoginPage() {
  const { t } = useTranslation();
  useTitle(t("auth.signIn"));
  const { next } = useSearch({ strict: false }) as { next?: string };
  const { data: me } = useQuery(meQuery);
  const { data: instance } = useQuery(instanceQuery);
  const [signingIn, setSigningIn] = useState(false);
  if (me && !signingIn) return <GoTo to={safeTarget(next)} />;
  if (instance && !instance.hasAccounts) return <GoTo to="/register" />;
  const provider = instance?.signInProvider;
  // Shown at once, as it is almost everywhere; taken away where it is switched off.
  const withPassword = instance?.passwordSignIn !== false;
  return (
    <AuthFrame title={t("auth.signIn")} text={withPassword ? undefined : t("oidc.only", { name: provider })}>
      {wasDeleted() && <Notice tone="success" className="mt-5" title={t("deleteAccount.done")} announce />}
      <ProviderProblem />
      {withPassword && <PasswordSignIn next={safeTarget(next)} onStart={() => setSigningIn(true)} />}
      {withPassword && <PasskeySignIn next={safeTarget(next)} onStart={() => setSigningIn(true)} />}
      <ProviderSignIn next={safeTarget(next)} or={withPassword} />
      {withPassword && <OtherWays mayRegister={instance?.registration !== "closed"} />}
    </AuthFrame>
  );
}

function PasswordSignIn({ next, onStart }: { next: string; onStart: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const signIn = useSignIn();
  /** What was right so far, once a code is asked for as well. */
  const [proven, setProven] = useState<Credentials | null>(null);
  const send = (body: Credentials & { code?: string }) => {
    onStart();
    const onError = (error: Error) => isAskedForCode(error) && setProven(body);
    signIn.mutate(body, { onSuccess: () => navigate({ to: next, replace: true }), onError });
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name));
    send(proven ? { ...proven, code: text("code") } : { email: text("email"), password: text("password") });
  };
  return (
    <Form onSubmit={submit} className="mt-5 flex flex-col gap-4">
      {proven ? <CodeField /> : <CredentialFields />}
      {signIn.error && !isAskedForCode(signIn.error) && <Notice tone="danger" title={messageOf(signIn.error)} />}
      <Button type="submit" variant="primary" isDisabled={signIn.isPending}>
        {t("auth.signIn")}
      </Button>
      {proven && <Button onPress={() => setProven(null)}>{t("secondFactor.back")}</Button>}
    </Form>
  );
}

interface Credentials {
  email: string;
  password: string;
}

const isAskedForCode = (error: Error): boolean => codeOf(error) === "second_factor_required";

function CredentialFields() {
  const { t } = useTranslation();
  return (
    <>
      <Field name="email" type="email" label={t("auth.email")} isRequired autoComplete="username" autoFocus />
      <Field name="password" type="password" label={t("auth.password")} isRequired autoComplete="current-password" />
    </>
  );
}

function CodeField() {
  const { t } = useTranslation();
  return (
    <>
      <p role="status" className="text-ui">
        {t("secondFactor.askText")}
      </p>
      <Field
        name="code"
        label={t("secondFactor.code")}
        isRequired
        autoFocus
        autoComplete="one-time-code"
        maxLength={20}
        mono
      />
    </>
  );
}

function OtherWays({ mayRegister }: { mayRegister: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="mt-5 text-ui">
        <Link to="/forgot" className="font-medium text-accent underline">
          {t("auth.forgot")}
        </Link>
      </p>
      {mayRegister && (
        <p className="mt-2 text-ui text-muted">
          <Trans
            i18nKey="auth.noAccount"
            components={{ register: <Link to="/register" className="font-medium text-accent underline" /> }}
          />
        </p>
      )}
    </>
  );
}
