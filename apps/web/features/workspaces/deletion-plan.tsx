// What the deletion of an account does to its workspaces, and what is in its way.
import type { AccountDeletion } from "@parley/client";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Notice } from "~/ui/notice";

type Named = AccountDeletion["deletes"][number];

export interface DeletionPlanProps {
  plan: AccountDeletion;
  /** How a workspace is shown that is in the way. Default: by its name. */
  wayTo?: (workspace: Named) => ReactNode;
  /** Leads to where another operator can be made. */
  toOperators?: ReactNode;
}

/** Whether the account can be deleted as things are. */
export const isDeletable = ({ blocks, lastOperator }: AccountDeletion): boolean => blocks.length === 0 && !lastOperator;

export function DeletionPlan({ plan, wayTo, toOperators }: DeletionPlanProps) {
  const { t } = useTranslation();
  return (
    <>
      {plan.lastOperator && <Notice tone="warn" title={t("deleteAccount.lastOperator")} action={toOperators} />}
      <Workspaces title={t("deleteAccount.blocks")} of={plan.blocks} show={wayTo} />
      <Workspaces title={t("deleteAccount.deletes")} of={plan.deletes} />
      <Workspaces title={t("deleteAccount.leaves")} of={plan.leaves} />
    </>
  );
}

interface WorkspacesProps {
  title: string;
  of: readonly Named[];
  show?: ((workspace: Named) => ReactNode) | undefined;
}

function Workspaces({ title, of, show = ({ name }) => name }: WorkspacesProps) {
  if (of.length === 0) return null;
  return (
    <div>
      <p className="text-ui font-medium">{title}</p>
      <ul aria-label={title} className="mt-1 list-disc pl-5 text-ui text-muted">
        {of.map((workspace) => (
          <li key={workspace.id} className="wrap-anywhere">
            {show(workspace)}
          </li>
        ))}
      </ul>
    </div>
  );
}
