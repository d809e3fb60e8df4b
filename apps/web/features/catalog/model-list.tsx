// The catalog as a list that is searched by typing: name, id, context and prices.
import type { Model } from "@parley/client";
import { Search, X } from "lucide-react";
import { useMemo, useState } from "react";
import { Autocomplete, Button, Input, ListBox, ListBoxItem, ListLayout, SearchField, Virtualizer } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Button as PlainButton } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { formatContext } from "~/ui/numbers";
import { isFree, pricesOf, shortName, useModels } from "./models";

const ROW_HEIGHT = 58;
const ROWS = ["a", "b", "c", "d"];

export interface ModelListProps {
  selected: string | null;
  onChoose: (modelId: string) => void;
}

export function ModelList({ selected, onChoose }: ModelListProps) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useModels();
  const [query, setQuery] = useState("");
  const models = useMemo(() => search(data ?? [], query, selected), [data, query, selected]);
  if (isPending) return <ListSkeleton />;
  if (error) {
    return (
      <Notice
        tone="danger"
        title={messageOf(error)}
        action={<PlainButton onPress={() => void refetch()}>{t("action.tryAgain")}</PlainButton>}
      />
    );
  }
  return (
    <Autocomplete inputValue={query} onInputChange={setQuery} disableAutoFocusFirst={false}>
      <SearchBox />
      <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight: ROW_HEIGHT }}>
        <ListBox
          aria-label={t("models.label")}
          items={models}
          selectionMode="single"
          selectedKeys={selected === null ? [] : [selected]}
          disallowEmptySelection
          // Choosing the model that is chosen already also closes the picker.
          onAction={(key) => onChoose(String(key))}
          onSelectionChange={(keys) => {
            for (const key of keys) onChoose(String(key));
          }}
          renderEmptyState={() => <p className="p-4 text-ui text-muted">{t("models.none")}</p>}
          className="no-ring scrollbar-quiet h-[min(420px,50dvh)] overflow-y-auto"
        >
          {(model: Model) => <ModelItem model={model} />}
        </ListBox>
      </Virtualizer>
    </Autocomplete>
  );
}

function SearchBox() {
  const { t } = useTranslation();
  return (
    <SearchField aria-label={t("models.search")} autoFocus className="group relative m-1 mb-2">
      <Search size={15} aria-hidden className="absolute top-1/2 left-3 -translate-y-1/2 text-fg-subtle" />
      <Input
        placeholder={t("models.search")}
        className="h-10 w-full rounded-control border border-border-strong bg-bg pr-10 pl-9 text-ui max-md:h-11 max-md:text-[16px] [&::-webkit-search-cancel-button]:hidden"
      />
      <Button
        aria-label={t("models.clear")}
        className="absolute top-1/2 right-1.5 inline-flex size-7 -translate-y-1/2 items-center justify-center rounded-chip text-muted group-empty:hidden hover:bg-sunken"
      >
        <X size={15} aria-hidden />
      </Button>
    </SearchField>
  );
}

function ModelItem({ model }: { model: Model }) {
  const { t } = useTranslation();
  const { input, output } = pricesOf(model);
  const facts = [model.id, model.contextLength !== null && t("models.context", { size: formatContext(model.contextLength) })];
  return (
    <ListBoxItem
      id={model.id}
      textValue={model.name}
      className="no-ring flex h-[58px] cursor-default items-center gap-4 rounded-control px-3 text-fg selected:font-medium focus:bg-accent-soft focus:text-on-accent-soft hover:bg-sunken focus:hover:bg-accent-soft"
    >
      <span className="min-w-0 flex-1">
        <span className="block truncate text-ui font-medium">{shortName(model, model.id)}</span>
        <span className="block truncate text-caption opacity-100">{facts.filter(Boolean).join(" · ")}</span>
      </span>
      <span className="tabular shrink-0 text-right text-caption">
        {isFree(model) ? (
          t("models.free")
        ) : (
          <>
            <span className="block">{input === null ? t("models.varies") : t("models.in", { price: input })}</span>
            <span className="block">{output === null ? "" : t("models.out", { price: output })}</span>
          </>
        )}
      </span>
    </ListBoxItem>
  );
}

function ListSkeleton() {
  return (
    <Loading>
      <div className="flex h-[min(478px,58dvh)] flex-col gap-2 p-1">
        <Skeleton className="h-10" />
        {ROWS.map((row) => (
          <Skeleton key={row} className="h-[50px]" />
        ))}
      </div>
    </Loading>
  );
}

/** Every word must stand in name or id; the chosen model comes first while nothing is typed. */
function search(models: readonly Model[], query: string, selected: string | null): Model[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const texts = (model: Model): string => `${model.name} ${model.id}`.toLowerCase();
  const found = models.filter((model) => words.every((word) => texts(model).includes(word)));
  if (words.length > 0) return found;
  return [...found].sort((a, b) => Number(b.id === selected) - Number(a.id === selected));
}
