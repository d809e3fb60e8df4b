// Says on every page that half, 80 % or all of a soft limit is spent, as soon as it is: of each budget what was told last.
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
  const { socket } = useLive();
  const { id } = useWorkspace();
  const [reached, setReached] = useState<readonly WorkspaceBudget[]>([]);
  // By itself: on a phone there is no list of chats that follows the workspace.
  useEffect(
    () => watchWorkspace(socket, id, { budget: (one) => setReached((all) => [...without(all, one), one]) }),
    [socket, id],
  );
  const shown = reached.filter(({ workspaceId }) => workspaceId === id);
  return (
    <div role="status">
      {shown.map((one) => (
        <Alert key={placeOf(one)} reached={one} onClose={() => setReached((all) => without(all, one))} />
      ))}
    </div>
  );
}

function without(all: readonly WorkspaceBudget[], one: WorkspaceBudget): WorkspaceBudget[] {
  return all.filter((other) => placeOf(other) !== placeOf(one));
}

function placeOf({ workspaceId, scope, subjectId, period }: WorkspaceBudget): string {
  return [workspaceId, scope, subjectId, period].join(" ");
}

function Alert({ reached, onClose }: { reached: WorkspaceBudget; onClose: () => void }) {
  const { t } = useTranslation();
  const { user } = useMe();
  const { scope, subjectId, period, percent, spentUsd, softUsd } = reached;
  const whose = scope === "member" && subjectId === user.id ? "own" : scope;
  return (
    <div
      className={cx(
        "flex items-center justify-center gap-2 border-b px-4 py-1 text-meta",
        percent === 100 ? "border-warn bg-warn-soft text-on-warn-soft" : "border-border bg-subtle text-fg",
      )}
    >
      <Wallet size={15} aria-hidden className="shrink-0" />
      <p className="min-w-0">
        {t(`budgets.alert.${whose}`, {
          percent,
          period: t(`budgets.periodsIn.${period}`),
          spent: formatUsd(spentUsd),
          limit: formatUsd(softUsd),
        })}{" "}
        {t("budgets.alert.refusesNothing")}{" "}
        <Link to="/settings/budgets" className="font-medium underline">
          {t("budgets.refused")}
        </Link>
      </p>
      <IconButton icon={X} label={t("action.close")} onPress={onClose} />
    </div>
  );
}
