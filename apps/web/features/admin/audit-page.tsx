// Admin → Audit log: sign-ins, accounts, the vault and the queues; what is done in workspaces is in their own logs.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/app/api";
import { AuditLog, type AuditSubject } from "~/features/audit/audit-log";

const SUBJECTS = [
  "account",
  "session",
  "workspace",
  "vault",
  "budget",
  "queue",
  "audit",
] as const satisfies readonly AuditSubject[];
/** Accounts that are known by name, newest first; all others are shown by what the log holds of them. */
const MOST_NAMES = 500;
const PAGE = 100;
const SOURCE = { key: ["instance"], list: api.operator.audit.list, verify: api.operator.audit.verify };

export function InstanceAuditPage() {
  const { t } = useTranslation();
  const { data: people = [] } = useQuery({ queryKey: ["accounts", "names"], queryFn: readNames });
  return (
    <section aria-label={t("admin.audit")}>
      <AuditLog source={SOURCE} intro={t("admin.auditText")} subjects={SUBJECTS} people={people} />
    </section>
  );
}

async function readNames(): Promise<{ id: string; name: string }[]> {
  const names: { id: string; name: string }[] = [];
  for (let cursor: string | undefined; names.length < MOST_NAMES; ) {
    const page = await api.operator.accounts({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    // Two people may have one name, but not one address.
    names.push(...page.data.map(({ id, email }) => ({ id, name: email })));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  return names;
}
