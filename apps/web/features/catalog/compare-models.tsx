// Up to four models side by side.
import type { Model } from "@parley/client";
import { useTranslation } from "react-i18next";
import { Dialog } from "~/ui/dialog";
import { factsOf, priceText, SHOWN_KINDS } from "./model-facts";
import { shortName } from "./models";

const CELL = "border-b border-border px-3 py-2 text-left align-top text-ui";

export function CompareModels({ models, onClose }: { models: readonly Model[]; onClose: () => void }) {
  const { t } = useTranslation();
  const kinds = SHOWN_KINDS.filter((kind) => models.some(({ pricing }) => pricing[kind] !== undefined));
  const facts = models.map((model) => factsOf(model, t));
  return (
    <Dialog open onOpenChange={onClose} title={t("catalog.compare")} width="max-w-[960px]">
      <section className="overflow-x-auto" tabIndex={0} aria-label={t("catalog.compare")}>
        <table className="tabular w-full border-collapse">
          <thead>
            <tr>
              <td className={CELL} />
              {models.map((model) => (
                <th key={model.id} scope="col" className={`${CELL} min-w-36 font-semibold`}>
                  {shortName(model, model.id)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {kinds.map((kind) => (
              <tr key={kind}>
                <th scope="row" className={`${CELL} font-normal text-muted`}>
                  {t(`catalog.kinds.${kind}`)}
                </th>
                {models.map((model) => (
                  <td key={model.id} className={CELL}>
                    {priceText(model.pricing, kind, t) ?? "–"}
                  </td>
                ))}
              </tr>
            ))}
            {facts[0]?.map(([label], row) => (
              <tr key={label}>
                <th scope="row" className={`${CELL} font-normal text-muted`}>
                  {label}
                </th>
                {models.map((model, column) => (
                  <td key={model.id} className={CELL}>
                    {facts[column]?.[row]?.[1]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Dialog>
  );
}
