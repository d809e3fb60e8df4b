// Calls at a price that nobody knows: refused where a hard budget holds, or let through for an amount that is held for each.
import type { Budgets } from "@parley/client";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { fieldErrors, messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Field } from "~/ui/field";
import { formatUsd } from "~/ui/money";
import { Notice } from "~/ui/notice";
import { faultOf } from "./amounts";
import type { BudgetBook } from "./budgets";

export function UnknownPrice({ book }: { book: BudgetBook }) {
  const { t } = useTranslation();
  const { view, mayManage } = book;
  if (!view || !mayManage) return null;
  const { unknownPriceUsd: held } = view;
  return (
    <section className="mt-8 max-w-[60ch]" aria-labelledby="unknown-price">
      <h2 id="unknown-price" className="text-h3 font-semibold">
        {t("budgets.unknownPrice.title")}
      </h2>
      <p className="mt-1 text-ui text-muted">
        {t("budgets.unknownPrice.about")}{" "}
        {held === null
          ? t("budgets.unknownPrice.refused")
          : t("budgets.unknownPrice.heldNow", { amount: formatUsd(held) })}
      </p>
      <UnknownPriceForm book={book} view={view} />
    </section>
  );
}

function UnknownPriceForm({ book, view }: { book: BudgetBook; view: Budgets }) {
  const { t } = useTranslation();
  // Null: nothing was typed, and the field shows what is held.
  const [typed, setTyped] = useState<string | null>(null);
  const [fault, setFault] = useState<string | undefined>();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const amount = (typed ?? view.unknownPriceUsd ?? "").trim() || null;
    const wrong = faultOf(amount);
    setFault(wrong && t(wrong));
    setProblem(null);
    if (wrong) return;
    setBusy(true);
    try {
      await book.save(view, view.data, { unknownPriceUsd: amount });
      setTyped(null);
    } catch (failure) {
      const complaint = fieldErrors(failure)["unknownPriceUsd"];
      setFault(complaint);
      if (!complaint) setProblem(messageOf(failure));
    }
    setBusy(false);
  };
  return (
    <Form onSubmit={(event) => void submit(event)} className="mt-3 flex flex-col gap-3">
      <Field
        name="unknownPriceUsd"
        inputMode="decimal"
        autoComplete="off"
        label={t("budgets.unknownPrice.held")}
        description={t("budgets.unknownPrice.heldNote")}
        placeholder={t("budgets.unknownPrice.none")}
        value={typed ?? view.unknownPriceUsd ?? ""}
        onChange={setTyped}
        error={fault}
      />
      {problem !== null && <Notice tone="danger" title={problem} />}
      <div>
        <Button type="submit" isDisabled={busy}>
          {t("budgets.unknownPrice.save")}
        </Button>
      </div>
    </Form>
  );
}
