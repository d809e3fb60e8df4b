// The fields of a platform key: what it may do, and its limits.
import type { ApiKey, Scope } from "@parley/client";
import { Check } from "lucide-react";
import { useState } from "react";
import {
  Checkbox,
  CheckboxGroup,
  FieldError,
  Label,
  Text,
  TextArea,
  TextField,
  ToggleButton,
  ToggleButtonGroup,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { cx } from "~/ui/class-names";
import { Field } from "~/ui/field";
import { INPUT } from "~/ui/input-look";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { useOwnScopes } from "./api-keys";
import { PERIODS, type Period } from "./key-values";

interface ScopeChoiceProps {
  value: Scope[];
  onChange: (scopes: Scope[]) => void;
  error: string | undefined;
}

export function ScopeChoice({ value, onChange, error }: ScopeChoiceProps) {
  const { t } = useTranslation();
  const { scopes, error: failed } = useOwnScopes();
  const beyond = scopes && value.filter((name) => !scopes.some(({ scope }) => scope === name));
  if (failed) return <Notice tone="danger" title={messageOf(failed)} />;
  if (!scopes) {
    return (
      <Loading>
        <Skeleton className="h-[180px]" />
      </Loading>
    );
  }
  return (
    <CheckboxGroup
      value={value}
      onChange={(names) => onChange(names as Scope[])}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className="flex flex-col gap-1.5"
    >
      <Label className="text-ui font-medium">{t("apiKeys.scopes")}</Label>
      <div className="divide-y divide-border rounded-control border border-border-strong">
        {scopes.map(({ scope, what }) => (
          <Checkbox key={scope} value={scope} className="group flex items-start gap-3 px-3 py-2 text-ui max-md:py-3">
            <span
              aria-hidden
              className="mt-0.5 flex size-[18px] shrink-0 items-center justify-center rounded-chip border border-border-strong text-on-accent group-selected:border-accent group-selected:bg-accent"
            >
              <Check size={14} className="invisible group-selected:visible" />
            </span>
            <span className="min-w-0">
              <span className="font-mono text-meta">{scope}</span>
              <span className="block text-meta text-muted">{what}</span>
            </span>
          </Checkbox>
        ))}
      </div>
      <Text slot="description" className="text-meta text-muted">
        {beyond?.length ? t("apiKeys.scopesBeyond", { scopes: beyond.join(", ") }) : t("apiKeys.scopesNote")}
      </Text>
      {error && (
        <Text slot="errorMessage" className="text-meta text-danger">
          {error}
        </Text>
      )}
    </CheckboxGroup>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  options: { id: T; text: string }[];
  value: T;
  onChange: (value: T) => void;
}

/** One of a few. */
export function Choice<T extends string>({ label, options, value, onChange }: ChoiceProps<T>) {
  return (
    <div className="flex flex-col gap-1.5">
      <span aria-hidden className="text-ui font-medium">
        {label}
      </span>
      <ToggleButtonGroup
        aria-label={label}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[value]}
        onSelectionChange={(keys) => {
          for (const key of keys) onChange(key as T);
        }}
        className="flex w-fit flex-wrap rounded-control border border-border-strong p-0.5"
      >
        {options.map(({ id, text }) => (
          <ToggleButton
            key={id}
            id={id}
            className="min-h-8 rounded-chip px-3 text-ui text-muted hover:text-fg selected:bg-accent-soft selected:text-on-accent-soft max-md:min-h-10"
          >
            {text}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </div>
  );
}

interface LimitFieldsProps {
  /** Whose limits stand there; undefined: none. */
  apiKey: ApiKey | undefined;
  errors: Record<string, string>;
  period: Period;
  onPeriod: (period: Period) => void;
}

export function LimitFields({ apiKey: key, errors, period, onPeriod }: LimitFieldsProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(key?.requestsPerMinute != null || key?.budgetUsd != null || key?.models != null);
  const wrong = Object.keys(errors).some((name) => /requests|budget|models/.test(name));
  return (
    <details
      className="rounded-control border border-border"
      open={open || wrong}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      // The browser leads to a field that it finds wrong only where it is in sight.
      onInvalidCapture={(event) => {
        event.currentTarget.open = true;
      }}
    >
      <summary className="cursor-pointer px-3 py-2 text-ui font-medium max-md:py-3">{t("apiKeys.limits")}</summary>
      <div className="flex flex-col gap-4 px-3 pt-1 pb-3">
        <div className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">
          <Field
            name="requestsPerMinute"
            type="number"
            inputMode="numeric"
            label={t("apiKeys.rate")}
            defaultValue={String(key?.requestsPerMinute ?? "")}
            placeholder={t("apiKeys.noLimit")}
            error={errors["requestsPerMinute"]}
          />
          <Field
            name="budgetUsd"
            inputMode="decimal"
            label={t("apiKeys.budget")}
            defaultValue={key?.budgetUsd ?? ""}
            placeholder={t("apiKeys.noLimit")}
            error={errors["budgetUsd"]}
          />
        </div>
        <Choice
          label={t("apiKeys.period")}
          options={PERIODS.map((id) => ({ id, text: t(`apiKeys.periods.${id}`) }))}
          value={period}
          onChange={onPeriod}
        />
        <TextField
          name="models"
          defaultValue={key?.models?.join("\n") ?? ""}
          isInvalid={errors["models"] !== undefined}
          validationBehavior="aria"
          className="flex flex-col gap-1.5"
        >
          <Label className="text-ui font-medium">{t("apiKeys.models")}</Label>
          <TextArea rows={2} className={cx(INPUT, "font-mono text-meta")} />
          <Text slot="description" className="text-meta text-muted">
            {t("apiKeys.modelsNote")}
          </Text>
          <FieldError className="text-meta text-danger">{errors["models"]}</FieldError>
        </TextField>
      </div>
    </details>
  );
}
