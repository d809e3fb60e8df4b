// Settings → Profile: who one is, the password, the second factor, passkeys, the signed-in browsers, and the way out.
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { LogOut } from "lucide-react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { instanceQuery, useMe, useSignOut } from "~/features/auth/account";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { useTitle } from "~/ui/use-title";
import { DeleteAccount } from "./delete-account";
import { EmailForm } from "./email-form";
import { IdentityList } from "./identity-list";
import { NameForm } from "./name-form";
import { PasskeyList } from "./passkey-list";
import { PasswordForm } from "./password-form";
import { SecondFactor } from "./second-factor";
import { SessionList } from "./session-list";

export function ProfilePage() {
  const { t } = useTranslation();
  useTitle(t("settings.profile"));
  const { user } = useMe();
  const { data: instance } = useQuery(instanceQuery);
  const signOut = useSignOut();
  const navigate = useNavigate();
  return (
    <div className="flex flex-col gap-10">
      <section aria-label={t("settings.profile")} className="flex flex-wrap items-center justify-between gap-4">
        <div>
          <p className="flex items-center gap-2.5 text-h3 font-semibold">
            {user.name}
            {user.isOperator && <Badge tone="accent">{t("profile.operator")}</Badge>}
          </p>
          <p className="text-ui text-muted">{user.email}</p>
        </div>
        <Button
          icon={LogOut}
          onPress={() => signOut.mutate(undefined, { onSuccess: () => navigate({ to: "/login" }) })}
        >
          {t("profile.signOut")}
        </Button>
        {signOut.error && <Notice tone="danger" className="basis-full" title={messageOf(signOut.error)} />}
      </section>
      <NameForm />
      {user.hasPassword && instance?.passwordSignIn !== false && (
        <>
          <EmailForm />
          <PasswordForm />
          <SecondFactor />
          <PasskeyList />
        </>
      )}
      <IdentityList />
      <SessionList />
      <DeleteAccount />
    </div>
  );
}
