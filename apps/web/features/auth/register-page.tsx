// Making an account: the first one owns the instance, later ones need an invitation unless registration is open.
import type { Instance } from "@parley/client";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { Trans, useTranslation } from "react-i18next";
import { fieldErrors } from "~/app/api";
import { GoTo } from "~/app/go-to";
import { Button } from "~/ui/button";
import { Field } from "~/ui/field";
import { FormNotice } from "~/ui/form-notice";
import { Notice } from "~/ui/notice";
import { useTitle } from "~/ui/use-title";
import { instanceQuery, meQuery, useRegister } from "./account";
import { AuthFrame } from "./auth-frame";
import { InviteGone, JoinWorkspace, useInviteOffer } from "./join-workspace";
import { ProviderProblem, ProviderSignIn } from "./provider-sign-in";

/** NIST SP 800-63B §3.1.1.2; the server asks for the same. */
const PASSWORD_LENGTH = 8;

export function RegisterPage() {
  const { t } = useTranslation();
  useTitle(t("auth.createAccount"));
  const invite = useInvite();
  const { data: me } = useQuery(meQuery);
  const { data: instance } = useQuery(instanceQuery);
  // Whoever registers with an invitation has joined by it; whoever was signed in before is asked.
  const [registering, setRegistering] = useState(false);
  const offer = useInviteOffer(me ? undefined : invite);
  if (me) return invite !== undefined && !registering ? <JoinWorkspace token={invite} me={me} /> : <GoTo to="/" />;
  if (offer.error && !registering) return <InviteGone />;
  const first = instance?.hasAccounts === false;
  const withPassword = instance?.passwordSignIn !== false;
  const text = first
    ? t("auth.firstAccount")
    : offer.data && t("join.newcomer", { workspace: offer.data.workspaceName, role: t(`roles.${offer.data.role}`) });
  return (
    <AuthFrame title={t("auth.createAccount")} text={text}>
      <ProviderProblem />
      {mayRegister(instance, invite) ? (
        <>
          {withPassword ? (
            <RegisterForm
              // Only an invite that names an address makes the form anew: what was typed before the offer came must stay.
              key={offer.data?.email ?? ""}
              invite={invite}
              email={offer.data?.email ?? undefined}
              onStart={() => setRegistering(true)}
            />
          ) : (
            <p className="mt-1.5 text-ui text-muted">{t("oidc.onlyNew", { name: instance?.signInProvider })}</p>
          )}
          <ProviderSignIn {...(invite !== undefined && { invite })} or={withPassword} />
        </>
      ) : (
        <Notice
          tone="info"
          className="mt-5"
          title={t(instance?.registration === "closed" ? "auth.closed" : "auth.inviteOnly")}
        />
      )}
      {!first && (
        <p className="mt-5 text-ui text-muted">
          <Trans
            i18nKey="auth.haveAccount"
            components={{
              login: <Link to="/login" search={loginSearch(invite)} className="font-medium text-accent underline" />,
            }}
          />
        </p>
      )}
    </AuthFrame>
  );
}

/** The token of an invitation's link: behind the #, which no server and no proxy sees; from sign-in and its providers in the query. */
function useInvite(): string | undefined {
  const { invite } = useSearch({ strict: false }) as { invite?: string };
  const { hash } = useLocation();
  return new URLSearchParams(hash).get("invite") ?? invite;
}

/** Signing in leads back to the invitation. */
function loginSearch(invite: string | undefined): { next?: string } {
  return invite === undefined ? {} : { next: `/register?invite=${encodeURIComponent(invite)}` };
}

function mayRegister(instance: Instance | undefined, invite: string | undefined): boolean {
  if (!instance?.hasAccounts) return true;
  return instance.registration === "open" || (instance.registration === "invite" && invite !== undefined);
}

interface RegisterFormProps {
  invite: string | undefined;
  /** The only address that the invitation is for. */
  email: string | undefined;
  onStart: () => void;
}

function RegisterForm({ invite, email, onStart }: RegisterFormProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const register = useRegister();
  const errors = fieldErrors(register.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [name, address, password] = ["name", "email", "password"].map((field) => String(form.get(field))) as [
      string,
      string,
      string,
    ];
    const body = { name, email: address, password, ...(invite !== undefined && { inviteToken: invite }) };
    onStart();
    register.mutate(body, { onSuccess: () => navigate({ to: "/", replace: true }) });
  };
  return (
    <Form onSubmit={submit} className="mt-5 flex flex-col gap-4">
      <Field name="name" label={t("auth.name")} isRequired autoComplete="name" autoFocus error={errors["name"]} />
      <Field
        name="email"
        type="email"
        label={t("auth.email")}
        {...(email !== undefined && { defaultValue: email, isReadOnly: true })}
        isRequired
        autoComplete="username"
        error={errors["email"]}
      />
      <Field
        name="password"
        type="password"
        label={t("auth.password")}
        description={t("auth.passwordRule", { count: PASSWORD_LENGTH })}
        isRequired
        minLength={PASSWORD_LENGTH}
        autoComplete="new-password"
        error={errors["password"]}
      />
      <FormNotice error={register.error} fields={["name", "email", "password"]} />
      <Button type="submit" variant="primary" isDisabled={register.isPending}>
        {t("auth.createAccount")}
      </Button>
    </Form>
  );
}
