// Shows the model that answers next, with its prices, and lets another one be chosen.
import { ChevronDown } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { isFree, pricesOf, shortName, useModel } from "./models";

// The list is a good part of the picker's weight, and most visits never open it.
const ModelPopup = lazy(() => import("./model-popup"));

export interface ModelPickerProps {
  /** Null: the server's default, not known yet. */
  modelId: string | null;
  onChoose: (modelId: string) => void;
  disabled?: boolean;
  align?: "center" | "end";
}

export function ModelPicker({ modelId, onChoose, disabled = false, align = "end" }: ModelPickerProps) {
  const { t } = useTranslation();
  const trigger = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const model = useModel(modelId);
  const name = modelId === null ? t("models.default") : shortName(model, modelId);
  return (
    <>
      <Button
        ref={trigger}
        isDisabled={disabled}
        aria-haspopup="dialog"
        aria-expanded={open}
        onPress={() => setOpen(true)}
        className="flex h-9 max-w-full min-w-0 items-center gap-2 rounded-control px-2.5 hover:bg-sunken pressed:bg-sunken disabled:opacity-60 max-md:h-11"
      >
        <span className="sr-only">{t("models.current")}</span>
        <span className="truncate text-ui font-medium">{name}</span>
        {model && <Prices model={model} />}
        <ChevronDown size={16} aria-hidden className="shrink-0" />
      </Button>
      {open && (
        <Suspense>
          <ModelPopup
            trigger={trigger}
            align={align}
            selected={modelId}
            onClose={() => setOpen(false)}
            onChoose={(chosen) => {
              setOpen(false);
              if (chosen !== modelId) onChoose(chosen);
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function Prices({ model }: { model: Parameters<typeof pricesOf>[0] }) {
  const { t } = useTranslation();
  const { input, output } = pricesOf(model);
  if (input === null || output === null) return null;
  return (
    <span className="tabular text-caption whitespace-nowrap text-muted max-lg:hidden">
      {isFree(model) ? t("models.free") : t("models.prices", { input, output })}
    </span>
  );
}
