// Admin → Workspaces: names, owners and counts; what is in them stays theirs.
import type { InstanceWorkspace } from "@parley/client";
import { Check, Copy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "~/app/api";
import { IconButton } from "~/ui/button";
import { formatDay } from "~/ui/dates";
import { useCopy } from "~/ui/use-copy";
import { Directory } from "./directory";

export function InstanceWorkspacesPage() {
  const { t } = useTranslation();
  return (
    <Directory
      name="workspaces"
      search={t("admin.searchWorkspaces")}
      none={t("admin.noWorkspaces")}
      read={api.operator.workspaces}
      row={(workspace: InstanceWorkspace) => <WorkspaceRow {...workspace} />}
    />
  );
}

function WorkspaceRow({ id, name, owner, members, createdAt }: InstanceWorkspace) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy();
  return (
    <>
      <div className="min-w-0 flex-1 basis-56">
        <p className="truncate text-ui font-medium">{name}</p>
        <p className="truncate text-meta text-muted">{owner ?? t("admin.noOwner")}</p>
      </div>
      <p className="text-meta text-fg-subtle">
        {t("admin.memberCount", { count: members })}
        {" · "}
        {t("members.since", { day: formatDay(createdAt) })}
      </p>
      <IconButton
        icon={copied ? Check : Copy}
        label={copied ? t("action.copied") : t("admin.copyId", { name })}
        onPress={() => copy(id)}
        className="ml-auto"
      />
    </>
  );
}
