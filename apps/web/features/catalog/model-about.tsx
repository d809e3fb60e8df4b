// Everything about one model: what it can do, what it costs and has cost; admins allow it or make it the default.
import type { Model, ModelPricing, ModelSettings } from "@parley/client";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useIsAtLeast, useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { Button } from "~/ui/button";
import { formatDay } from "~/ui/dates";
import { Dialog } from "~/ui/dialog";
import { Notice } from "~/ui/notice";
import { formatCount } from "~/ui/numbers";
import { Loading, Skeleton } from "~/ui/skeleton";
import { factsOf, priceText, SHOWN_KINDS, withoutLinks } from "./model-facts";
import { useChangeModelSettings } from "./models";

interface ModelAboutProps {
  model: Model;
  settings: ModelSettings | undefined;
  onClose: () => void;
}

export function ModelAbout({ model, settings, onClose }: ModelAboutProps) {
  const { t } = useTranslation();
  const isAdmin = useIsAtLeast("admin");
  const names = settings?.aliases.filter((alias) => alias.model === model.id).map(({ name }) => name) ?? [];
  return (
    <Dialog open onOpenChange={onClose} title={model.name} width="max-w-[640px]">
      <div className="flex flex-col gap-5">
        <div>
          <p className="font-mono text-meta break-all text-muted">{model.id}</p>
          {names.length > 0 && (
            <p className="text-meta text-muted">
              {t("catalog.aliases")}: {names.join(", ")}
            </p>
          )}
          {model.description !== "" && <p className="mt-2 text-ui">{withoutLinks(model.description)}</p>}
        </div>
        <Section title={t("catalog.pricesTitle")}>
          <Prices pricing={model.pricing} />
        </Section>
        <dl className="grid grid-cols-2 gap-x-6 gap-y-1.5 text-ui max-md:grid-cols-1">
          {factsOf(model, t).map(([label, value]) => (
            <div key={label} className="flex justify-between gap-3">
              <dt className="text-muted">{label}</dt>
              <dd className="text-right">{value}</dd>
            </div>
          ))}
        </dl>
        <Section title={t("catalog.history")}>
          <History modelId={model.id} />
        </Section>
        {isAdmin && settings && <Controls model={model} settings={settings} onDone={onClose} />}
      </div>
    </Dialog>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-ui font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Prices({ pricing }: { pricing: Partial<ModelPricing> }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-2">
      <dl className="tabular grid grid-cols-2 gap-x-6 gap-y-1.5 text-ui max-md:grid-cols-1">
        {SHOWN_KINDS.map((kind) => ({ kind, text: priceText(pricing, kind, t) }))
          .filter(({ text }) => text !== undefined)
          .map(({ kind, text }) => (
            <div key={kind} className="flex justify-between gap-3">
              <dt className="text-muted">{t(`catalog.kinds.${kind}`)}</dt>
              <dd>{text}</dd>
            </div>
          ))}
      </dl>
      {pricing.discount !== undefined && (
        <p className="text-meta text-muted">{t("catalog.discount", { percent: Number(pricing.discount) * 100 })}</p>
      )}
      {pricing.overrides?.map(({ minPromptTokens, utcStart, utcEnd, utcDays, ...prices }) => {
        const timed = utcStart !== undefined || utcDays !== undefined;
        const key = [minPromptTokens, utcStart, utcEnd, utcDays].join();
        return (
          <div key={key} className="rounded-code border border-border px-3 py-2">
            <p className="mb-1 text-meta text-muted">
              {minPromptTokens !== undefined && t("catalog.longPrompts", { tokens: formatCount(minPromptTokens) })}
              {timed && t("catalog.atTimes")}
            </p>
            <Prices pricing={prices as Partial<ModelPricing>} />
          </div>
        );
      })}
    </div>
  );
}

function History({ modelId }: { modelId: string }) {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  const { data, error, isPending } = useQuery({
    queryKey: ["models", id, "prices", modelId],
    queryFn: () => client.models.prices(modelId, { limit: 100 }),
  });
  if (isPending) {
    return (
      <Loading>
        <Skeleton className="h-8" />
      </Loading>
    );
  }
  if (error) return <Notice tone="danger" title={messageOf(error)} />;
  const [latest, ...earlier] = data.data;
  if (latest && earlier.length === 0)
    return <p className="text-ui text-muted">{t("catalog.historyNone", { day: formatDay(latest.validFrom) })}</p>;
  return (
    <ol className="flex flex-col gap-3">
      {data.data.map(({ validFrom, validUntil, pricing }) => (
        <li key={validFrom} className="border-l-2 border-border pl-3">
          <p className="mb-1 text-meta text-muted">
            {validUntil === null
              ? t("catalog.historyNow", { from: formatDay(validFrom) })
              : t("catalog.historyUntil", { from: formatDay(validFrom), until: formatDay(validUntil) })}
          </p>
          <Prices pricing={pricing} />
        </li>
      ))}
    </ol>
  );
}

interface ControlsProps {
  model: Model;
  settings: ModelSettings;
  onDone: () => void;
}

function Controls({ model: { id, allowed }, settings, onDone }: ControlsProps) {
  const { t } = useTranslation();
  const change = useChangeModelSettings();
  const list = settings.allowed;
  const done = { onSuccess: onDone };
  // A model that is allowed with all of its vendor's cannot be forbidden alone.
  const single = list?.includes(id) === true;
  const isDefault = settings.effectiveDefault === id;
  if (allowed && isDefault && !single) return null;
  return (
    <div className="flex flex-wrap items-center gap-2 border-t border-border pt-4">
      {list !== null && !allowed && (
        <Button isDisabled={change.isPending} onPress={() => change.mutate({ allowed: [...list, id] }, done)}>
          {t("catalog.allow")}
        </Button>
      )}
      {list !== null && single && (
        <Button
          isDisabled={change.isPending}
          onPress={() => change.mutate({ allowed: list.filter((one) => one !== id) }, done)}
        >
          {t("catalog.forbid")}
        </Button>
      )}
      {allowed && !isDefault && (
        <Button isDisabled={change.isPending} onPress={() => change.mutate({ defaultModel: id }, done)}>
          {t("catalog.makeDefault")}
        </Button>
      )}
      {change.error && <Notice tone="danger" title={messageOf(change.error)} className="basis-full" />}
    </div>
  );
}
