// The catalog: every model with its prices and abilities, to be searched, narrowed, compared, and for admins ruled.
import type { Model } from "@parley/client";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useIsNarrow } from "~/app/use-is-narrow";
import { PageHeader } from "~/features/chat/chat-header";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { Button } from "~/ui/button";
import { formatMoment } from "~/ui/dates";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { useTitle } from "~/ui/use-title";
import { CompareModels } from "./compare-models";
import { filterModels, type ModelFilter, NO_FILTER } from "./filter-models";
import { ModelAbout } from "./model-about";
import { ModelFilters } from "./model-filters";
import { ModelRules } from "./model-rules";
import { ModelTable } from "./model-table";
import { useCatalog, useFavourites, useModelSettings } from "./models";

/** Side by side more cannot be read. */
const MOST_COMPARED = 4;

type Open = { kind: "about"; model: Model } | { kind: "compare" } | { kind: "rules" };

export function ModelsPage() {
  const { t } = useTranslation();
  useTitle(t("catalog.title"));
  const narrow = useIsNarrow();
  const isAdmin = useIsAtLeast("admin");
  const catalog = useCatalog();
  const { data: settings } = useModelSettings();
  const { favourites, setFavourite } = useFavourites();
  const [filter, setFilter] = useState<ModelFilter>(NO_FILTER);
  const [compared, setCompared] = useState<readonly string[]>([]);
  const [open, setOpen] = useState<Open | null>(null);
  const all = catalog.data?.models;
  const shown = useMemo(() => filterModels(all ?? [], filter, favourites), [all, filter, favourites]);
  const chosen = useMemo(() => all?.filter(({ id }) => compared.includes(id)) ?? [], [all, compared]);
  const close = () => setOpen(null);
  const toggle = (id: string) =>
    setCompared((ids) => (ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id].slice(0, MOST_COMPARED)));
  return (
    <>
      {narrow && <PageHeader title={<span className="text-body font-semibold">{t("catalog.title")}</span>} />}
      <div className="mx-auto flex min-h-0 w-full max-w-[1080px] flex-1 flex-col px-8 pt-9 max-md:overflow-y-auto max-md:px-4 max-md:pt-4">
        <header className="flex flex-wrap items-start justify-between gap-3">
          <div>
            <h1 className="text-page font-semibold max-md:sr-only">{t("catalog.title")}</h1>
            <p className="mt-1 text-ui text-muted">
              {t("catalog.intro")}{" "}
              {catalog.data && !catalog.data.stale && t("catalog.asOf", { time: formatMoment(catalog.data.asOf) })}
            </p>
          </div>
          {isAdmin && settings && <Button onPress={() => setOpen({ kind: "rules" })}>{t("catalog.manage")}</Button>}
        </header>
        {catalog.data?.stale && (
          <Notice tone="warn" className="mt-4" title={t("catalog.stale", { time: formatMoment(catalog.data.asOf) })} />
        )}
        {catalog.isPending && (
          <Loading>
            <Skeleton className="mt-6 h-96 rounded-card" />
          </Loading>
        )}
        {catalog.error && (
          <Notice
            tone="danger"
            className="mt-6"
            title={messageOf(catalog.error)}
            action={<Button onPress={() => void catalog.refetch()}>{t("action.tryAgain")}</Button>}
          />
        )}
        {all && (
          <>
            <ModelFilters filter={filter} onChange={setFilter} rules={settings?.allowed != null} />
            <div className="flex min-h-12 flex-wrap items-center justify-between gap-2 py-2">
              <p role="status" className="text-meta text-muted">
                {t("catalog.count", { count: shown.length })}
              </p>
              {compared.length > 0 && (
                <div className="flex gap-2">
                  <Button variant="quiet" onPress={() => setCompared([])}>
                    {t("catalog.compareClear")}
                  </Button>
                  <Button
                    variant="primary"
                    isDisabled={compared.length < 2}
                    onPress={() => setOpen({ kind: "compare" })}
                  >
                    {t("catalog.compareCount", { count: compared.length })}
                  </Button>
                </div>
              )}
            </div>
            <ModelTable
              models={shown}
              favourites={favourites}
              compared={compared}
              settings={settings}
              onFavourite={(modelId, on) => setFavourite({ modelId, on })}
              mostCompared={MOST_COMPARED}
              onCompare={toggle}
              onOpen={(model) => setOpen({ kind: "about", model })}
              onReset={() => setFilter(NO_FILTER)}
            />
          </>
        )}
      </div>
      {open?.kind === "about" && <ModelAbout model={open.model} settings={settings} onClose={close} />}
      {open?.kind === "compare" && <CompareModels models={chosen} onClose={close} />}
      {open?.kind === "rules" && settings && <ModelRules settings={settings} onClose={close} />}
    </>
  );
}
