// Adds a budget, or changes the amounts of one.
import type { Budget, Budgets } from "@parley/client";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { fieldErrors, messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field } from "~/ui/field";
import { formatUsd } from "~/ui/money";
import { Notice } from "~/ui/notice";
import { Select } from "~/ui/select";
import { faultsOf } from "./amounts";
import { type BudgetBook, budgetAt, budgetsBeside, ChangedMeanwhile } from "./budgets";

/** Somebody or something that a budget may be for; the value is "scope:id". */
export interface SubjectOption {
  value: string;
  text: string;
}

interface BudgetDialogProps {
  book: BudgetBook;
  /** The budgets as they were when the dialog was opened. */
  view: Budgets;
  /** The one to be changed; null: a new one. */
  budget: Budget | null;
  subjects: readonly SubjectOption[];
  onClose: () => void;
}

export function BudgetDialog(props: BudgetDialogProps) {
  const { t } = useTranslation();
  const { budget, onClose } = props;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t(budget ? "budgets.editTitle" : "budgets.addTitle")}
    >
      <BudgetForm {...props} />
    </Dialog>
  );
}

const PERIODS = ["day", "month", "total"] as const;

interface FieldFaults {
  softUsd?: string;
  hardUsd?: string;
}

function BudgetForm({ book, view, budget, subjects, onClose }: BudgetDialogProps) {
  const { t } = useTranslation();
  const [subject, setSubject] = useState(subjects[0]?.value ?? "");
  const [period, setPeriod] = useState<Budget["period"]>(budget?.period ?? "month");
  // The list behind the dialog is read again meanwhile: what others change must not be lost without a word.
  const [seen, setSeen] = useState(view);
  const [errors, setErrors] = useState<FieldFaults>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const toOperators = subject === "instance";
  const complain = (fields: FieldFaults, text: string | null) => {
    setErrors(fields);
    setProblem(text);
  };
  const fail = (failure: unknown) => {
    const fields = amountErrors(failure);
    complain(fields, fields.softUsd || fields.hardUsd ? null : messageOf(failure));
    if (!(failure instanceof ChangedMeanwhile)) return;
    setSeen(failure.now);
    if (budget) setProblem(`${failure.message} ${asItIs(budgetAt(failure.now, budget))}`);
  };
  const asItIs = (now: Budget | undefined) => {
    const usd = (amount: string | null) => (amount === null ? t("budgets.noneNow") : formatUsd(amount));
    return now ? t("budgets.asItIs", { hard: usd(now.hardUsd), soft: usd(now.softUsd) }) : t("budgets.removedNow");
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const amount = (name: string) => String(form.get(name) ?? "").trim() || null;
    const [softUsd, hardUsd] = [amount("softUsd"), amount("hardUsd")];
    if (softUsd === null && hardUsd === null) return complain({}, t("budgets.needed"));
    const faults = faultsOf(softUsd, hardUsd);
    if (faults.softUsd || faults.hardUsd)
      return complain(
        {
          ...(faults.softUsd && { softUsd: t(faults.softUsd) }),
          ...(faults.hardUsd && { hardUsd: t(faults.hardUsd) }),
        },
        null,
      );
    const [scope, subjectId] = subject.split(":") as [Budget["scope"], string | undefined];
    const place = budget ?? { scope, subjectId: subjectId ?? null, period };
    if (!budget && budgetAt(seen, place))
      return complain({}, t("budgets.taken", { period: t(`budgets.periodsIn.${period}`) }));
    complain({}, null);
    setBusy(true);
    try {
      // The changed one comes first: the server names what is wrong by its place.
      await book.save(seen, [{ ...(place as Budget), softUsd, hardUsd, ofKey: false }, ...budgetsBeside(seen, place)]);
      onClose();
    } catch (failure) {
      fail(failure);
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
        description={t(toOperators ? "budgets.softNoteOfServer" : "budgets.softNote")}
        placeholder={t("budgets.noLimit")}
        defaultValue={budget?.softUsd ?? ""}
        error={errors.softUsd}
      />
      {problem !== null && <Notice tone="danger" title={problem} />}
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
function amountErrors(error: unknown): FieldFaults {
  const found = fieldErrors(error);
  const [softUsd, hardUsd] = [found["budgets[0].softUsd"], found["budgets[0].hardUsd"]];
  return { ...(softUsd && { softUsd }), ...(hardUsd && { hardUsd }) };
}
