// Which calls are shown: a choice for each thing that is known of them, kept in the address.
import type { ProviderKey } from "@parley/client";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useIsAtLeast, useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { Button } from "~/ui/button";
import { Select, withChosen } from "~/ui/select";
import { type Line, useReport } from "./usage";
import { type CallFilter, KINDS, OUTCOMES, STATES } from "./usage-search";

const ALL = "";

interface CallFiltersProps {
  /** ISO time of the first day: its members, models and keys are to choose from. */
  from: string;
  filter: CallFilter;
  onChange: (filter: CallFilter) => void;
}

export function CallFilters({ from, filter, onChange }: CallFiltersProps) {
  const { t } = useTranslation();
  const isAdmin = useIsAtLeast("admin");
  const [models, members, keys] = [useReport(from, "model"), useReport(from, "member"), useReport(from, "key")];
  const providerKeys = useProviderKeys(isAdmin);
  const nameOf = ({ key, name }: Line) => name ?? t("usage.gone", { id: (key ?? "").slice(-6) });
  const linesOf = (report: typeof models) => (report.data?.data ?? []).filter(({ key }) => key !== null);
  const named = (report: typeof models) =>
    linesOf(report).map((line) => ({ value: line.key ?? "", text: nameOf(line) }));
  const words = <Value extends string>(values: readonly Value[], text: (value: Value) => string) =>
    values.map((value) => ({ value, text: text(value) }));
  const choices: { name: keyof CallFilter; options: { value: string; text: string }[]; hidden?: boolean }[] = [
    { name: "model", options: linesOf(models).map(({ key }) => ({ value: key ?? "", text: key ?? "" })) },
    { name: "member", options: named(members), hidden: !isAdmin },
    { name: "key", options: named(keys) },
    {
      name: "providerKey",
      options: providerKeys.map(({ id, label }) => ({ value: id, text: label })),
      hidden: providerKeys.length === 0,
    },
    { name: "kind", options: words(KINDS, (value) => t(`usage.kinds.${value}`)) },
    { name: "outcome", options: words(OUTCOMES, (value) => t(`usage.outcomes.${value}`)) },
    { name: "state", options: words(STATES, (value) => t(`usage.states.${value}`)) },
  ];
  const isSet = choices.some(({ name }) => filter[name] !== undefined);
  return (
    <fieldset className="mt-3 grid grid-cols-[repeat(auto-fill,minmax(150px,1fr))] items-end gap-3">
      <legend className="sr-only">{t("usage.filters")}</legend>
      {choices
        .filter(({ hidden, name }) => !hidden || filter[name] !== undefined)
        .map(({ name, options }) => (
          <Select
            key={name}
            label={t(`usage.filter.${name}`)}
            value={filter[name] ?? ALL}
            onChange={(value) => {
              const { [name]: _, ...others } = filter;
              onChange(value === ALL ? others : { ...others, [name]: value });
            }}
            options={withChosen([{ value: ALL, text: t("usage.any") }, ...options], filter[name])}
          />
        ))}
      {isSet && (
        <Button className="justify-self-start" onPress={() => onChange({})}>
          {t("usage.clearFilters")}
        </Button>
      )}
    </fieldset>
  );
}

/** The vault's keys, for those who may see them. */
function useProviderKeys(enabled: boolean): readonly ProviderKey[] {
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  const { data } = useQuery({
    queryKey: ["provider-keys-of-calls", id],
    queryFn: async () => (await client.providerKeys.list()).data,
    enabled,
  });
  return data ?? [];
}
