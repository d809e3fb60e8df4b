// Settings → Budgets.
import { useTranslation } from "react-i18next";
import { useApiKeys } from "~/features/api-keys/api-keys";
import { useMembers } from "~/features/workspaces/membership";
import { useTitle } from "~/ui/use-title";
import { BudgetList } from "./budget-list";
import { useWorkspaceBudgets } from "./budgets";

export function BudgetsPage() {
  const { t } = useTranslation();
  useTitle(t("settings.budgets"));
  const book = useWorkspaceBudgets();
  const { data: members = [] } = useMembers();
  const { data: keys = [] } = useApiKeys();
  const subjects = [
    { value: "workspace", text: t("budgets.wholeWorkspace") },
    ...members.map(({ userId, name }) => ({
      value: `member:${userId}`,
      text: `${t("budgets.scopes.member")}: ${name}`,
    })),
    ...keys.map(({ id, name }) => ({ value: `key:${id}`, text: `${t("budgets.scopes.key")}: ${name}` })),
  ];
  return (
    <section aria-label={t("settings.budgets")}>
      <BudgetList book={book} intro={t("budgets.intro")} subjects={subjects} />
    </section>
  );
}
