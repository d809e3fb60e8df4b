// The catalog's rows; only those in sight are in the page.
import type { Model, ModelSettings } from "@parley/client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Star } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "~/ui/badge";
import { Button, ToggleIconButton } from "~/ui/button";
import { formatContext } from "~/ui/numbers";
import { isFree, pricesOf } from "./models";

const ROW_PX = 72;
/** Rows beyond the edges, so that scrolling shows no gap. */
const OVERSCAN = 8;

interface ModelTableProps {
  models: readonly Model[];
  favourites: ReadonlySet<string>;
  compared: readonly string[];
  /** So many can be chosen. */
  mostCompared: number;
  settings: ModelSettings | undefined;
  onFavourite: (modelId: string, on: boolean) => void;
  onCompare: (modelId: string) => void;
  onOpen: (model: Model) => void;
  onReset: () => void;
}

export function ModelTable({ models, onReset, ...rest }: ModelTableProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: models.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => models[index]!.id,
    overscan: OVERSCAN,
  });
  if (models.length === 0) {
    return (
      <div className="flex flex-col items-center gap-3 py-12">
        <p className="text-body text-muted">{t("catalog.noneFound")}</p>
        <Button onPress={onReset}>{t("catalog.reset")}</Button>
      </div>
    );
  }
  return (
    <section
      ref={scroller}
      tabIndex={0}
      aria-label={t("models.label")}
      className="scrollbar-quiet mb-6 min-h-[300px] flex-1 overflow-y-auto rounded-card border border-border max-md:min-h-[70dvh]"
    >
      <ul className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => (
          <li
            key={key}
            aria-setsize={models.length}
            aria-posinset={index + 1}
            className="absolute inset-x-0 border-b border-border last:border-0"
            style={{ height: ROW_PX, transform: `translateY(${start}px)` }}
          >
            <Row model={models[index]!} {...rest} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row(props: Omit<ModelTableProps, "models" | "onReset"> & { model: Model }) {
  const { model, favourites, compared, mostCompared, settings, onFavourite, onCompare, onOpen } = props;
  const { t } = useTranslation();
  const { name, id } = model;
  const { input, output } = pricesOf(model);
  const isFull = compared.length >= mostCompared && !compared.includes(id);
  return (
    <div className="flex h-full items-center gap-3 px-3 max-md:gap-1 max-md:px-1">
      <ToggleIconButton
        icon={Star}
        label={t("catalog.favourite", { name })}
        isSelected={favourites.has(id)}
        onChange={(on) => onFavourite(id, on)}
      />
      <button
        type="button"
        onClick={() => onOpen(model)}
        className="min-w-0 flex-1 rounded-control py-1.5 text-left hover:underline"
      >
        <span className="block truncate text-ui font-medium">{name}</span>
        <span className="flex items-center gap-2">
          {settings?.effectiveDefault === id && <Badge tone="accent">{t("catalog.isDefault")}</Badge>}
          {!model.allowed && <Badge tone="warn">{t("catalog.notAllowed")}</Badge>}
          <span className="truncate text-caption text-muted">{id}</span>
        </span>
      </button>
      <span className="flex w-52 shrink-0 flex-wrap justify-end gap-1 max-lg:hidden">
        {model.tools && <Badge>{t("catalog.tools")}</Badge>}
        {model.reasoning && <Badge>{t("catalog.reasoning")}</Badge>}
        {model.inputModalities.includes("image") && <Badge>{t("catalog.images")}</Badge>}
      </span>
      <span className="tabular w-14 shrink-0 text-right text-meta max-md:hidden">
        {model.contextLength === null ? "" : formatContext(model.contextLength)}
      </span>
      <span className="tabular w-24 shrink-0 text-right text-meta">
        {isFree(model) ? (
          t("models.free")
        ) : (
          <>
            <span className="block">{input === null ? t("models.varies") : t("models.in", { price: input })}</span>
            <span className="block">{output === null ? "" : t("models.out", { price: output })}</span>
          </>
        )}
      </span>
      <label
        className="flex size-8 shrink-0 items-center justify-center max-md:size-11"
        title={t(isFull ? "catalog.compareFull" : "catalog.compare")}
      >
        <input
          type="checkbox"
          aria-label={t("catalog.compareOne", { name })}
          checked={compared.includes(id)}
          disabled={isFull}
          onChange={() => onCompare(id)}
          className="size-4 accent-accent"
        />
      </label>
    </div>
  );
}
