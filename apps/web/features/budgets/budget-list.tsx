// A list of budgets with what may be done to them; the same for a workspace and for the server.
import type { Budget } from "@parley/client";
import { Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Confirm } from "~/ui/confirm-lazy";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { BudgetDialog, type SubjectOption } from "./budget-dialog";
import { BudgetRow } from "./budget-row";
import { type BudgetBook, budgetsBeside, isOfNobody } from "./budgets";
import { UnknownPrice } from "./unknown-price";

interface BudgetListProps {
  book: BudgetBook;
  intro: string;
  /** Whom a new one may be for. */
  subjects: readonly SubjectOption[];
}

export function BudgetList({ book, intro, subjects }: BudgetListProps) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<Budget | "new" | null>(null);
  const add = useRef<HTMLButtonElement>(null);
  const { view } = book;
  return (
    <>
      <div className="flex items-start justify-between gap-6 max-md:flex-col max-md:gap-3">
        <p className="max-w-[60ch] text-ui text-muted">
          {intro} {t("budgets.utc")}
        </p>
        {book.mayManage && (
          <Button ref={add} variant="primary" icon={Plus} isDisabled={!view} onPress={() => setEditing("new")}>
            {t("budgets.add")}
          </Button>
        )}
      </div>
      <Rows book={book} onEdit={setEditing} onRemoved={() => add.current?.focus()} />
      <UnknownPrice book={book} />
      {editing !== null && view && (
        <BudgetDialog
          book={book}
          view={view}
          budget={editing === "new" ? null : editing}
          subjects={subjects}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

interface RowsProps {
  book: BudgetBook;
  onEdit: (budget: Budget) => void;
  /** The row that had the focus is gone. */
  onRemoved: () => void;
}

function Rows({ book, onEdit, onRemoved }: RowsProps) {
  const { t } = useTranslation();
  const [removing, setRemoving] = useState<Budget | null>(null);
  const removed = useRef(false);
  const { view, error, refetch, mayManage, save } = book;
  useEffect(() => {
    // Not before the question is closed: until then the focus is kept in it.
    if (removing !== null || !removed.current) return;
    removed.current = false;
    onRemoved();
  }, [removing, onRemoved]);
  const remove = async (budget: Budget) => {
    if (!view) return;
    await save(view, budgetsBeside(view, budget));
    removed.current = true;
  };
  if (!view && error) {
    return (
      <Notice
        tone="danger"
        className="mt-6"
        title={messageOf(error)}
        action={<Button onPress={() => void refetch()}>{t("action.tryAgain")}</Button>}
      />
    );
  }
  if (!view) {
    return (
      <Loading>
        <Skeleton className="mt-6 h-[220px] rounded-card" />
      </Loading>
    );
  }
  return (
    <>
      {view.data.length === 0 ? (
        <p className="mt-6 rounded-card border border-dashed border-border-strong p-8 text-center text-ui text-muted">
          {t(mayManage ? "budgets.none" : "budgets.noneForYou")}
        </p>
      ) : (
        <ul className="mt-6 divide-y divide-border rounded-card border border-border">
          {view.data.map((budget) => (
            <BudgetRow
              key={`${budget.scope} ${budget.subjectId} ${budget.period} ${budget.ofKey}`}
              budget={budget}
              {...(mayManage && !budget.ofKey && { onRemove: () => setRemoving(budget) })}
              {...(mayManage && !budget.ofKey && !isOfNobody(budget) && { onEdit: () => onEdit(budget) })}
            />
          ))}
        </ul>
      )}
      <Confirm
        open={removing !== null}
        onOpenChange={(open) => !open && setRemoving(null)}
        title={t("budgets.removeTitle")}
        text={t("budgets.removeText")}
        action={t("budgets.removeAction")}
        onConfirm={async () => removing && remove(removing)}
      />
    </>
  );
}
