// What narrows the catalog: words, price, context, abilities; and its order.
import { Search } from "lucide-react";
import { useTranslation } from "react-i18next";
import { INPUT } from "~/ui/input-look";
import { Select } from "~/ui/select";
import type { ModelFilter } from "./filter-models";

const PRICES = ["any", "free", "low", "middle", "high"] as const;
const CONTEXTS = ["0", "32000", "128000", "1000000"] as const;
const MODALITIES = ["any", "image", "file", "audio", "video"] as const;
const CAPABILITIES = ["any", "tools", "structuredOutputs", "reasoning"] as const;
const SORTS = ["newest", "name", "input", "output", "context"] as const;

interface ModelFiltersProps {
  filter: ModelFilter;
  onChange: (filter: ModelFilter) => void;
  /** The workspace does not allow every model. */
  rules: boolean;
}

export function ModelFilters({ filter, onChange, rules }: ModelFiltersProps) {
  const { t } = useTranslation();
  const set = (change: Partial<ModelFilter>) => onChange({ ...filter, ...change });
  const shows = rules ? (["all", "favourites", "allowed", "forbidden"] as const) : (["all", "favourites"] as const);
  return (
    <search aria-label={t("catalog.filters")} className="mt-5 flex flex-col gap-3">
      <div className="relative">
        <Search size={15} aria-hidden className="absolute top-1/2 left-3 -translate-y-1/2 text-fg-subtle" />
        <input
          type="search"
          aria-label={t("models.search")}
          placeholder={t("models.search")}
          value={filter.query}
          onChange={(event) => set({ query: event.target.value })}
          className={`${INPUT} !pl-9`}
        />
      </div>
      <div className="grid grid-cols-6 gap-3 max-lg:grid-cols-3 max-md:grid-cols-2">
        <Select
          label={t("catalog.price")}
          value={filter.price}
          onChange={(price) => set({ price })}
          options={PRICES.map((value) => ({ value, text: t(`catalog.prices.${value}`) }))}
        />
        <Select
          label={t("catalog.contextAtLeast")}
          value={filter.context}
          onChange={(context) => set({ context })}
          options={CONTEXTS.map((value) => ({ value, text: t(`catalog.contexts.${value}`) }))}
        />
        <Select
          label={t("catalog.modality")}
          value={filter.modality}
          onChange={(modality) => set({ modality })}
          options={MODALITIES.map((value) => ({ value, text: t(`catalog.modalities.${value}`) }))}
        />
        <Select
          label={t("catalog.capability")}
          value={filter.capability}
          onChange={(capability) => set({ capability })}
          options={CAPABILITIES.map((value) => ({ value, text: t(`catalog.capabilities.${value}`) }))}
        />
        <Select
          label={t("catalog.show")}
          value={filter.show}
          onChange={(show) => set({ show })}
          options={shows.map((value) => ({ value, text: t(`catalog.shows.${value}`) }))}
        />
        <Select
          label={t("catalog.sort")}
          value={filter.sort}
          onChange={(sort) => set({ sort })}
          options={SORTS.map((value) => ({ value, text: t(`catalog.sorts.${value}`) }))}
        />
      </div>
    </search>
  );
}
