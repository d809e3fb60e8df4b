// An invitation's link, opened by someone who has an account: joins the workspace and goes there.
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, messageOf, queryClient } from "~/app/api";
import { useChoices } from "~/app/settings";
import { Button } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { meQuery } from "./account";
import { AuthFrame } from "./auth-frame";

export function JoinWorkspace({ token }: { token: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const choose = useChoices((choices) => choices.choose);
  const join = useMutation({
    mutationFn: () => api.workspaces.accept({ token }),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
      choose({ workspaceId: id });
      await navigate({ to: "/", replace: true });
    },
  });
  return (
    <AuthFrame title={t("join.title")} text={t("join.text")}>
      {join.error && <Notice tone="danger" className="mt-4" title={messageOf(join.error)} />}
      <div className="mt-5 flex gap-2">
        <Button variant="primary" onPress={() => join.mutate()} isDisabled={join.isPending}>
          {t("join.accept")}
        </Button>
        <Button variant="quiet" onPress={() => void navigate({ to: "/" })}>
          {t("join.later")}
        </Button>
      </div>
    </AuthFrame>
  );
}
