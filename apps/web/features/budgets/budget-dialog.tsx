// Adds a budget, or changes the amounts of one.
import type { Budget } from "@parley/client";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { fieldErrors, messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { Select } from "~/ui/select";
import { type BudgetBook, isSame } from "./budgets";

/** Somebody or something that a budget may be for; the value is "scope:id". */
export interface SubjectOption {
  value: string;
  text: string;
}

interface BudgetDialogProps {
  book: BudgetBook;
  /** The one to be changed; null: a new one. */
  budget: Budget | null;
  subjects: readonly SubjectOption[];
  onClose: () => void;
}

export function BudgetDialog({ book, budget, subjects, onClose }: BudgetDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t(budget ? "budgets.editTitle" : "budgets.addTitle")}
    >
      <BudgetForm book={book} budget={budget} subjects={subjects} onClose={onClose} />
    </Dialog>
  );
}

const PERIODS = ["day", "month", "total"] as const;

function BudgetForm({ book, budget, subjects, onClose }: BudgetDialogProps) {
  const { t } = useTranslation();
  const [subject, setSubject] = useState(subjects[0]?.value ?? "");
  const [period, setPeriod] = useState<Budget["period"]>(budget?.period ?? "month");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const errors = amountErrors(error);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const amount = (name: string) => String(form.get(name) ?? "").trim() || null;
    const [softUsd, hardUsd] = [amount("softUsd"), amount("hardUsd")];
    if (softUsd === null && hardUsd === null) return setError(new Error(t("budgets.needed")));
    const others = (book.data ?? []).filter((one) => one !== budget);
    const [scope, subjectId] = subject.split(":") as [Budget["scope"], string | undefined];
    const place = budget ?? { scope, subjectId: subjectId ?? null, period };
    if (!budget && others.some((one) => !one.ofKey && isSame(one, place)))
      return setError(new Error(t("budgets.taken", { period: t(`budgets.periodsIn.${period}`) })));
    setBusy(true);
    try {
      // The changed one comes first: the server names what is wrong by its place.
      await book.save([{ ...(place as Budget), softUsd, hardUsd, ofKey: false }, ...others]);
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Form onSubmit={(event) => void submit(event)} className="mt-2 flex flex-col gap-4">
      {!budget && subjects.length > 1 && (
        <Select label={t("budgets.for")} value={subject} options={subjects} onChange={setSubject} />
      )}
      {!budget && (
        <Select
          label={t("budgets.period")}
          value={period}
          options={PERIODS.map((value) => ({ value, text: t(`budgets.periods.${value}`) }))}
          onChange={setPeriod}
        />
      )}
      <Field
        name="hardUsd"
        inputMode="decimal"
        autoComplete="off"
        label={t("budgets.hard")}
        description={t("budgets.hardNote")}
        placeholder={t("budgets.noLimit")}
        defaultValue={budget?.hardUsd ?? ""}
        error={errors.hardUsd}
      />
      <Field
        name="softUsd"
        inputMode="decimal"
        autoComplete="off"
        label={t("budgets.soft")}
        description={t("budgets.softNote")}
        placeholder={t("budgets.noLimit")}
        defaultValue={budget?.softUsd ?? ""}
        error={errors.softUsd}
      />
      {error !== null && !errors.hardUsd && !errors.softUsd && <Notice tone="danger" title={messageOf(error)} />}
      <div className="flex justify-end gap-2">
        <Button slot="close">{t("action.cancel")}</Button>
        <Button type="submit" variant="primary" isDisabled={busy}>
          {t("action.save")}
        </Button>
      </div>
    </Form>
  );
}

/** What the server complained about in the first budget of the list. */
function amountErrors(error: unknown): { softUsd?: string; hardUsd?: string } {
  const found: Record<string, string> = {};
  for (const [path, message] of Object.entries(fieldErrors(error))) {
    const name = /(softUsd|hardUsd)$/.exec(path)?.[1];
    if (name) found[name] = message;
  }
  return found;
}
