// The form of a platform key, new or there already: what it may do, until when, and its limits.
import type { ApiKey, Scope } from "@parley/client";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { fieldErrors } from "~/app/api";
import { Button } from "~/ui/button";
import { formatDay } from "~/ui/dates";
import { Field } from "~/ui/field";
import { FormNotice } from "~/ui/form-notice";
import { useOwnScopes } from "./api-keys";
import { Choice, LimitFields, ScopeChoice } from "./key-fields";
import { EXPIRIES, type Expiry, givable, isSame, type KeyValues, type Period, textsOf } from "./key-values";

interface KeyFormProps {
  /** The key as it is; undefined: there is none yet. */
  apiKey?: ApiKey;
  /** What sending it does. */
  note?: ReactNode;
  /** On the button that sends it. */
  action: string;
  isPending: boolean;
  /** Why it was refused. */
  error: unknown;
  /** @param offered the scopes that may be given; undefined when they are not known */
  onSubmit: (values: KeyValues, offered: Scope[] | undefined) => void;
}

/** Fields that show their own errors. */
const FIELDS = ["name", "scopes", "requestsPerMinute", "budgetUsd", "models"];

export function KeyForm({ apiKey: key, note, action, isPending, error, onSubmit }: KeyFormProps) {
  const { t } = useTranslation();
  const offered = useOwnScopes().scopes?.map(({ scope }) => scope);
  const [scopes, setScopes] = useState<Scope[]>(key?.scopes ?? []);
  const [expiry, setExpiry] = useState<Expiry>(key ? (key.expiresAt === null ? "never" : "keep") : "90");
  const [period, setPeriod] = useState<Period>(key?.budgetPeriod ?? "month");
  const [incomplete, setIncomplete] = useState(false);
  const form = useFocusOnWrong(error);
  const errors = fieldErrors(error);
  const chosen = offered ? givable(scopes, offered) : scopes;
  const untouched = key !== undefined && (!offered || isSame(chosen, givable(key.scopes, offered)));
  const lacksScopes = chosen.length === 0 && !untouched;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setIncomplete(lacksScopes);
    if (lacksScopes) return;
    const texts = textsOf(new FormData(event.currentTarget));
    onSubmit({ ...texts, scopes: chosen, expiry, budgetPeriod: period }, offered);
  };
  return (
    <Form ref={form} onSubmit={submit} className="mt-2 flex flex-col gap-5">
      {note}
      <Field
        name="name"
        label={t("apiKeys.name")}
        placeholder={t("apiKeys.namePlaceholder")}
        defaultValue={key?.name ?? ""}
        isRequired
        autoFocus
        autoComplete="off"
        maxLength={100}
        error={errors["name"]}
      />
      <ScopeChoice
        value={scopes}
        onChange={setScopes}
        error={errors["scopes"] ?? (incomplete && lacksScopes ? t("apiKeys.scopesMissing") : undefined)}
      />
      <ExpiryChoice apiKey={key} value={expiry} onChange={setExpiry} />
      <LimitFields apiKey={key} errors={errors} period={period} onPeriod={setPeriod} />
      <FormNotice error={error} fields={FIELDS} />
      <div className="flex justify-end gap-2">
        <Button slot="close">{t("action.cancel")}</Button>
        <Button type="submit" variant="primary" isDisabled={isPending}>
          {action}
        </Button>
      </div>
    </Form>
  );
}

interface ExpiryChoiceProps {
  apiKey: ApiKey | undefined;
  value: Expiry;
  onChange: (expiry: Expiry) => void;
}

function ExpiryChoice({ apiKey: key, ...choice }: ExpiryChoiceProps) {
  const { t } = useTranslation();
  const options: { id: Expiry; text: string }[] = EXPIRIES.map((id) => ({ id, text: t(`apiKeys.expiries.${id}`) }));
  if (key && key.expiresAt !== null) {
    const over = Date.parse(key.expiresAt) <= Date.now();
    const text = over ? t("apiKeys.expired") : t("apiKeys.expires", { day: formatDay(key.expiresAt) });
    options.unshift({ id: "keep", text });
  }
  return <Choice label={t("apiKeys.expiry")} options={options} {...choice} />;
}

/** Leads to the first field that the server complained about: its button could not keep the focus while it was sent. */
function useFocusOnWrong(error: unknown) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);
  return form;
}
