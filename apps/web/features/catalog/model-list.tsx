// The catalog as a list that is searched by typing: name, id, context and prices.
import type { Model } from "@parley/client";
import { Check, Search, Star, X } from "lucide-react";
import { useMemo, useState } from "react";
import { Autocomplete, Input, ListBox, ListBoxItem, ListLayout, TextField, Virtualizer } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Button, IconButton } from "~/ui/button";
import { onEnterWithoutMark } from "~/ui/enter-first";
import { Notice } from "~/ui/notice";
import { formatContext } from "~/ui/numbers";
import { Loading, Skeleton } from "~/ui/skeleton";
import { isFree, pricesOf, shortName, useFavourites, useModels } from "./models";

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
  const { favourites } = useFavourites();
  const models = useMemo(
    () => search(data ?? [], query, { selected, favourites }),
    [data, query, selected, favourites],
  );
  if (isPending) return <ListSkeleton />;
  if (error) {
    return (
      <Notice
        tone="danger"
        title={messageOf(error)}
        action={<Button onPress={() => void refetch()}>{t("action.tryAgain")}</Button>}
      />
    );
  }
  const first = models[0];
  return (
    <div onKeyDownCapture={onEnterWithoutMark(() => first && onChoose(first.id))}>
      <Autocomplete inputValue={query} onInputChange={setQuery} disableAutoFocusFirst={false}>
        <SearchBox empty={query === ""} onClear={() => setQuery("")} />
        <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight: ROW_HEIGHT }}>
          <ListBox
            aria-label={t("models.label")}
            items={models}
            dependencies={[favourites, selected]}
            selectionMode="single"
            selectedKeys={selected === null ? [] : [selected]}
            disallowEmptySelection
            // Choosing the model that is chosen already also closes the picker.
            onAction={(key) => onChoose(String(key))}
            onSelectionChange={(keys) => {
              for (const key of keys) onChoose(String(key));
            }}
            renderEmptyState={() => <p className="p-4 text-ui text-muted">{t("models.none")}</p>}
            render={(list) => <div {...list} tabIndex={0} />}
            className="no-ring scrollbar-quiet h-[min(420px,50dvh)] overflow-y-auto"
          >
            {(model: Model) => (
              <ModelItem model={model} chosen={model.id === selected} favourite={favourites.has(model.id)} />
            )}
          </ListBox>
        </Virtualizer>
      </Autocomplete>
    </div>
  );
}

/** A plain field: a search field would take the Escape that should close the picker. */
function SearchBox({ empty, onClear }: { empty: boolean; onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="relative m-1 mb-2">
      <Search size={15} aria-hidden className="absolute top-1/2 left-3 -translate-y-1/2 text-fg-subtle" />
      <TextField aria-label={t("models.search")} autoFocus>
        <Input
          placeholder={t("models.search")}
          className="h-10 w-full rounded-control border border-border-strong bg-bg pr-10 pl-9 text-ui max-md:h-11 max-md:text-[16px]"
        />
      </TextField>
      {!empty && (
        <IconButton
          icon={X}
          size={15}
          label={t("models.clear")}
          onPress={onClear}
          className="absolute top-1/2 right-1 -translate-y-1/2"
        />
      )}
    </div>
  );
}

function ModelItem({ model, chosen, favourite }: { model: Model; chosen: boolean; favourite: boolean }) {
  const { t } = useTranslation();
  const { input, output } = pricesOf(model);
  const facts = [
    model.id,
    model.contextLength !== null && t("models.context", { size: formatContext(model.contextLength) }),
  ];
  return (
    <ListBoxItem
      id={model.id}
      textValue={model.name}
      className="group no-ring flex h-[58px] cursor-default items-center gap-4 rounded-control px-3 text-fg focus:bg-accent-soft focus:text-on-accent-soft hover:bg-sunken focus:hover:bg-accent-soft"
    >
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2 text-ui font-medium">
          <span className="truncate">{shortName(model, model.id)}</span>
          {favourite && <Star size={13} aria-hidden className="shrink-0 fill-current text-accent" />}
          {favourite && <span className="sr-only">{t("models.favourite")}</span>}
          {chosen && <Check size={15} aria-hidden className="shrink-0 text-accent" />}
        </span>
        <span className="block truncate text-caption text-muted group-focus:text-on-accent-soft">
          {facts.filter(Boolean).join(" · ")}
        </span>
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

/** What comes before everything else while nothing is typed. */
interface First {
  selected: string | null;
  favourites: ReadonlySet<string>;
}

/** Every word must stand in name or id, best at the beginning of a word. */
function search(models: readonly Model[], query: string, first: First): Model[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...models].sort((a, b) => firstly(b, first).localeCompare(firstly(a, first)));
  const texts = models.map((model) => ({ model, text: ` ${model.name} ${model.id}`.toLowerCase() }));
  const found = texts.filter(({ text }) => words.every((word) => text.includes(word)));
  const misses = (text: string): number =>
    words.filter((word) => !BOUNDARIES.some((at) => text.includes(at + word))).length;
  return found.sort((a, b) => misses(a.text) - misses(b.text)).map(({ model }) => model);
}

/** The chosen one, then favourites, then the newest. */
function firstly({ id, createdAt }: Model, { selected, favourites }: First): string {
  const rank = id === selected ? 2 : favourites.has(id) ? 1 : 0;
  return `${rank} ${createdAt ?? ""}`;
}

const BOUNDARIES = [" ", "-", "/", "."];
