// Rotates the key that seals a workspace's secrets.
import { useMutation } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { Button } from "~/ui/button";
import { Notice } from "~/ui/notice";

export function WorkspaceKey() {
  const { t } = useTranslation();
  const client = useWorkspaceClient();
  const rotate = useMutation({ mutationFn: () => client.providerKeys.rotateWorkspaceKey() });
  const { data } = rotate;
  return (
    <section aria-labelledby="workspace-key-title" className="mt-10">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <h2 id="workspace-key-title" className="text-h3 font-semibold">
            {t("workspaceKey.title")}
          </h2>
          <p className="mt-1 max-w-[60ch] text-ui text-muted">{t("workspaceKey.text")}</p>
        </div>
        <Button icon={RefreshCw} onPress={() => rotate.mutate()} isDisabled={rotate.isPending}>
          {t(rotate.isPending ? "workspaceKey.rotating" : "workspaceKey.rotate")}
        </Button>
      </div>
      <div role="status" className="mt-3 empty:hidden">
        {rotate.error && <Notice tone="danger" title={messageOf(rotate.error)} />}
        {data && (
          <Notice
            tone="success"
            title={
              data.version === 0
                ? t("workspaceKey.nothing")
                : t("workspaceKey.done", { count: data.done, version: data.version })
            }
          />
        )}
      </div>
    </section>
  );
}
