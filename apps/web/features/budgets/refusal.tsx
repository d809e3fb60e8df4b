// What to say of a call that a budget refused, to the one who reads it: whose budget, until when, and who can raise it.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "~/features/auth/account";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { formatMoment } from "~/ui/dates";
import { formatUsd } from "~/ui/money";

/** A failure as a socket, a route or a message tells it. */
export interface Failure {
  code: string;
  message: string;
  details?: Record<string, unknown>;
}

interface Refusal {
  scope: "instance" | "workspace" | "member" | "key";
  subjectId: string | null;
  period: "day" | "month" | "total";
  state: "used_up" | "no_room" | "held";
  resetsAt: string | null;
  limitUsd?: string;
}

const STATES: readonly unknown[] = ["used_up", "no_room", "held"];

/** What is known of the budget; null for other failures, and for those of before it was told. */
function refusalOf({ code, details }: Failure): Refusal | null {
  if (code !== "budget_exceeded" || !STATES.includes(details?.["state"])) return null;
  return details as unknown as Refusal;
}

/** Says why something was not answered: of a budget in words for this reader, else in the server's. */
export function useReason(): (failure: Failure) => string {
  const { t } = useTranslation();
  const { user } = useMe();
  const isAdmin = useIsAtLeast("admin");
  return (failure) => {
    const refusal = refusalOf(failure);
    if (!refusal) return failure.message;
    const { scope, subjectId, period, state, resetsAt, limitUsd } = refusal;
    const whose = t(`budgets.refusal.whose.${scope === "member" && subjectId === user.id ? "own" : scope}`);
    const words = { whose, period: t(`budgets.periodsIn.${period}`), limit: formatUsd(limitUsd ?? "0") };
    const budget = t(limitUsd === undefined ? "budgets.refusal.budget" : "budgets.refusal.budgetOf", words);
    const mayRaise = scope === "instance" ? user.isOperator : isAdmin;
    return [
      t(`budgets.refusal.states.${state}`, { budget }),
      resetsAt !== null && t("budgets.refusal.resets", { time: formatMoment(resetsAt) }),
      t(mayRaise ? "budgets.refusal.raise.you" : `budgets.refusal.raise.${scope}`),
    ]
      .filter((sentence) => typeof sentence === "string")
      .join(" ");
  };
}

/** Whether a budget of Parley's own, not one at the provider, stands in the way, which waiting a moment does not change. */
export function isRefusedByBudget(failure: Failure): boolean {
  const refusal = refusalOf(failure);
  return refusal !== null && refusal.state !== "held";
}

/** Leads to the budget that refused, if its page is one for this reader. */
export function BudgetsLink({ failure, className }: { failure: Failure; className: string }) {
  const { t } = useTranslation();
  const { user } = useMe();
  const ofServer = refusalOf(failure)?.scope === "instance";
  if (ofServer && !user.isOperator) return null;
  return (
    <Link to={ofServer ? "/admin/budgets" : "/settings/budgets"} className={className}>
      {t("budgets.refused")}
    </Link>
  );
}
