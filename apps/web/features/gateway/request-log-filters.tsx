// What is looked for in the request log.
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAllApiKeys } from "~/features/api-keys/api-keys";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { useMembers } from "~/features/workspaces/membership";
import { Field } from "~/ui/field";
import { Select } from "~/ui/select";
import { type LogFilter, STATUSES } from "./request-log";

const ANY = "any";
const HOUR_MS = 3_600_000;
const TIMES = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS } as const;
type Time = keyof typeof TIMES;

export interface RequestLogFiltersProps {
  filter: LogFilter;
  onChange: (filter: LogFilter) => void;
  /** What stands behind the filters. */
  children: ReactNode;
}

export function RequestLogFilters({ filter, onChange, children }: RequestLogFiltersProps) {
  const { t } = useTranslation();
  const isAdmin = useIsAtLeast("admin");
  const keys = useAllApiKeys();
  const members = useMembers();
  const [time, setTime] = useState<Time | typeof ANY>(ANY);
  const any = { value: ANY, text: t("requestLog.any") };
  /** Without what is not looked for. */
  const set = (change: { [name in keyof LogFilter]: LogFilter[name] | undefined }) =>
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
        onChange={(model) => set({ model: model.trim() || undefined })}
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
        value={filter.apiKeyId ?? ANY}
        options={[
          any,
          ...(keys.data ?? []).map(({ id, name, masked }) => ({ value: id, text: `${name} (${masked})` })),
        ]}
        onChange={(value) => set({ apiKeyId: chosen(value) })}
      />
      {isAdmin && (
        <Select
          label={t("requestLog.member")}
          value={filter.userId ?? ANY}
          options={[any, ...(members.data ?? []).map(({ userId, name }) => ({ value: userId, text: name }))]}
          onChange={(value) => set({ userId: chosen(value) })}
        />
      )}
      <Select
        label={t("requestLog.time")}
        value={time}
        options={[
          any,
          ...(Object.keys(TIMES) as Time[]).map((value) => ({ value, text: t(`requestLog.times.${value}`) })),
        ]}
        onChange={(value) => {
          setTime(value as Time | typeof ANY);
          set({ from: value === ANY ? undefined : new Date(Date.now() - TIMES[value as Time]).toISOString() });
        }}
      />
      {children}
    </div>
  );
}
