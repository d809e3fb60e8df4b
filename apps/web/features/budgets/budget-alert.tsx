// Says on every page that half, 80 % or all of a soft budget is spent, as soon as it is.
import { type WorkspaceBudget, watchWorkspace } from "@parley/client";
import { Link } from "@tanstack/react-router";
import { Wallet, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLive } from "~/app/live";
import { useMe } from "~/features/auth/account";
import { useWorkspace } from "~/features/workspaces/current-workspace";
import { IconButton } from "~/ui/button";
import { cx } from "~/ui/class-names";
import { formatUsd } from "~/ui/money";

export function BudgetAlert() {
  const { t } = useTranslation();
  const { socket } = useLive();
  const { id } = useWorkspace();
  const { user } = useMe();
  const [reached, setReached] = useState<WorkspaceBudget | null>(null);
  // By itself: on a phone there is no list of chats that follows the workspace.
  useEffect(() => watchWorkspace(socket, id, { budget: setReached }), [socket, id]);
  const shown = reached?.workspaceId === id ? reached : null;
  const whose = shown?.scope === "member" && shown.subjectId === user.id ? "own" : (shown?.scope ?? "workspace");
  return (
    <div role="status">
      {shown && (
        <div
          className={cx(
            "flex items-center justify-center gap-2 border-b px-4 py-1 text-meta",
            shown.percent === 100 ? "border-warn bg-warn-soft text-on-warn-soft" : "border-border bg-subtle text-fg",
          )}
        >
          <Wallet size={15} aria-hidden className="shrink-0" />
          <p className="min-w-0">
            {t(`budgets.alert.${whose}`, {
              percent: shown.percent,
              period: t(`budgets.periodsIn.${shown.period}`),
              spent: formatUsd(shown.spentUsd),
              limit: formatUsd(shown.softUsd),
            })}{" "}
            <Link to="/settings/budgets" className="font-medium underline">
              {t("budgets.refused")}
            </Link>
          </p>
          <IconButton icon={X} label={t("action.close")} onPress={() => setReached(null)} />
        </div>
      )}
    </div>
  );
}
