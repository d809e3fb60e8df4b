// An invitation's link, opened by someone who has an account: joins the workspace and goes there.
import { type Me, ParleyError } from "@parley/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, messageOf } from "~/app/api";
import { useChoices } from "~/app/settings";
import { Button } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { refreshMe } from "./account";
import { AuthFrame } from "./auth-frame";

/** What an invitation's token offers. */
export function useInviteOffer(token: string | undefined) {
  return useQuery({
    queryKey: ["invite-offer", token],
    queryFn: () => api.workspaces.offer({ token: token ?? "" }),
    enabled: token !== undefined,
    retry: (failures, error) => failures < 3 && error instanceof ParleyError && error.retryable,
  });
}

/** The invitation was used, taken back, or is too old. */
export function InviteGone() {
  const { t } = useTranslation();
  return (
    <AuthFrame title={t("join.gone")} text={t("join.goneText")}>
      <Link to="/" className="mt-5 inline-block text-ui font-medium text-accent underline">
        {t("join.toStart")}
      </Link>
    </AuthFrame>
  );
}

export function JoinWorkspace({ token, me }: { token: string; me: Me }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const choose = useChoices((choices) => choices.choose);
  const join = useMutation({
    mutationFn: () => api.workspaces.accept({ token }),
    onSuccess: async ({ id }) => {
      await refreshMe();
      choose({ workspaceId: id });
      await navigate({ to: "/", replace: true });
    },
  });
  const offer = useInviteOffer(token);
  if (offer.error) return <InviteGone />;
  if (!offer.data) return <AuthFrame title={t("join.title")}>{null}</AuthFrame>;
  const { workspaceName, role, email } = offer.data;
  const notForMe = email !== null && email !== me.user.email;
  return (
    <AuthFrame
      title={t("join.to", { workspace: workspaceName })}
      text={t("join.text", { role: t(`roles.${role}`), email: me.user.email })}
    >
      {notForMe && <Notice tone="warn" className="mt-4" title={t("join.notForMe", { email })} />}
      {join.error && <Notice tone="danger" className="mt-4" title={messageOf(join.error)} />}
      <div className="mt-5 flex gap-2">
        <Button variant="primary" onPress={() => join.mutate()} isDisabled={join.isPending || notForMe}>
          {t("join.accept")}
        </Button>
        <Button variant="quiet" onPress={() => void navigate({ to: "/" })}>
          {t("join.later")}
        </Button>
      </div>
    </AuthFrame>
  );
}
