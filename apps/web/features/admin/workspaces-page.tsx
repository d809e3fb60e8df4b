// Admin → Workspaces: names, owners and counts; what is in them stays theirs.
import type { InstanceWorkspace } from "@parley/client";
import { useTranslation } from "react-i18next";
import { api } from "~/app/api";
import { formatDay } from "~/ui/dates";
import { Directory } from "./directory";

export function InstanceWorkspacesPage() {
  const { t } = useTranslation();
  return (
    <Directory
      name="workspaces"
      search={t("admin.searchWorkspaces")}
      none={t("admin.noWorkspaces")}
      read={api.operator.workspaces}
      row={({ name, owner, members, createdAt }: InstanceWorkspace) => (
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
        </>
      )}
    />
  );
}
