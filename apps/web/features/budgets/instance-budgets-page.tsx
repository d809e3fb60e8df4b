// Admin → Budgets: of the whole server.
import { useTranslation } from "react-i18next";
import { BudgetList } from "./budget-list";
import { useInstanceBudgets } from "./budgets";

export function InstanceBudgetsPage() {
  const { t } = useTranslation();
  return (
    <section aria-label={t("admin.budgets")}>
      <BudgetList
        book={useInstanceBudgets()}
        intro={t("budgets.instanceIntro")}
        subjects={[{ value: "instance", text: t("budgets.scopes.instance") }]}
      />
    </section>
  );
}
