// Calls at a price that nobody knows: refused where a hard budget holds, or let through for an amount that is held for each.
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { fieldErrors, messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Field } from "~/ui/field";
import { formatUsd } from "~/ui/money";
import { Notice } from "~/ui/notice";
import type { BudgetBook } from "./budgets";

export function UnknownPrice({ book }: { book: BudgetBook }) {
  const { t } = useTranslation();
  const { unknownPriceUsd: held, mayManage } = book;
  if (held === undefined || !mayManage) return null;
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
      <UnknownPriceForm key={held} book={book} held={held} />
    </section>
  );
}

function UnknownPriceForm({ book, held }: { book: BudgetBook; held: string | null }) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const wrong = fieldErrors(error)["unknownPriceUsd"];
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("unknownPriceUsd") ?? "").trim();
    setBusy(true);
    try {
      await book.save(book.data ?? [], { unknownPriceUsd: text || null });
      setError(null);
    } catch (failure) {
      setError(failure);
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
        defaultValue={held ?? ""}
        error={wrong}
      />
      {error !== null && !wrong && <Notice tone="danger" title={messageOf(error)} />}
      <div>
        <Button type="submit" isDisabled={busy}>
          {t("budgets.unknownPrice.save")}
        </Button>
      </div>
    </Form>
  );
}
