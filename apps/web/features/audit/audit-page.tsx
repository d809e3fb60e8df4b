// Settings → Audit log: what was done in the workspace.
import { useTranslation } from "react-i18next";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { useMembers } from "~/features/workspaces/membership";
import { useTitle } from "~/ui/use-title";
import { AuditLog, type AuditSubject } from "./audit-log";

/** What acts of a workspace are about. */
const SUBJECTS = [
  "workspace",
  "member",
  "invite",
  "provider_key",
  "api_key",
  "conversation",
  "budget",
  "models",
  "gateway",
  "vault",
] as const satisfies readonly AuditSubject[];

export function AuditPage() {
  const { t } = useTranslation();
  useTitle(t("settings.audit"));
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  const { data: members = [] } = useMembers();
  return (
    <AuditLog
      key={id}
      source={{ key: [id], list: client.audit.list, verify: client.audit.verify }}
      intro={t("audit.intro")}
      subjects={SUBJECTS}
      people={members.map(({ userId, name }) => ({ id: userId, name }))}
    />
  );
}
