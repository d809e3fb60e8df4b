// What is looked for in the request log.
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useAllApiKeys } from "~/features/api-keys/api-keys";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { useMembers } from "~/features/workspaces/membership";
import { Field } from "~/ui/field";
import { Select, withChosen } from "~/ui/select";
import { type LogSearch, STATUSES, TIMES, type Time } from "./request-log-search";

const ANY = "any";
const SPANS = Object.keys(TIMES) as Time[];

export interface RequestLogFiltersProps {
  filter: LogSearch;
  onChange: (filter: LogSearch) => void;
  /** What stands behind the filters. */
  children: ReactNode;
}

export function RequestLogFilters({ filter, onChange, children }: RequestLogFiltersProps) {
  const { t } = useTranslation();
  const isAdmin = useIsAtLeast("admin");
  const keys = useAllApiKeys();
  const members = useMembers();
  const any = { value: ANY, text: t("requestLog.any") };
  /** Without what is not looked for. */
  const set = (change: { [name in keyof LogSearch]: LogSearch[name] | undefined }) =>
    onChange(Object.fromEntries(Object.entries({ ...filter, ...change }).filter(([, value]) => value !== undefined)));
  const chosen = (value: string) => (value === ANY ? undefined : value);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a frame, and no form is sent here
    <div
      role="group"
      aria-label={t("requestLog.filters")}
      className="mt-6 grid grid-cols-[repeat(auto-fill,minmax(126px,1fr))] items-end gap-3"
    >
      <Field
        label={t("requestLog.model")}
        placeholder={t("requestLog.modelHint")}
        type="search"
        value={filter.model ?? ""}
        onChange={(model) => set({ model: model || undefined })}
        maxLength={200}
      />
      <Select
        label={t("requestLog.status")}
        value={filter.status ?? ANY}
        options={[
          any,
          ...STATUSES.map((value) => ({ value: value as string, text: t(`requestLog.statuses.${value}`) })),
        ]}
        onChange={(value) => set({ status: STATUSES.find((status) => status === value) })}
      />
      <Select
        label={t("requestLog.key")}
        value={filter.key ?? ANY}
        options={withChosen(
          [any, ...(keys.data ?? []).map(({ id, name, masked }) => ({ value: id, text: `${name} (${masked})` }))],
          filter.key,
        )}
        onChange={(value) => set({ key: chosen(value) })}
      />
      {isAdmin && (
        <Select
          label={t("requestLog.member")}
          value={filter.member ?? ANY}
          options={withChosen(
            [any, ...(members.data ?? []).map(({ userId, name }) => ({ value: userId, text: name }))],
            filter.member,
          )}
          onChange={(value) => set({ member: chosen(value) })}
        />
      )}
      <Select
        label={t("requestLog.time")}
        value={filter.time ?? ANY}
        options={[any, ...SPANS.map((value) => ({ value: value as string, text: t(`requestLog.times.${value}`) }))]}
        onChange={(value) => set({ time: SPANS.find((time) => time === value) })}
      />
      {children}
    </div>
  );
}
