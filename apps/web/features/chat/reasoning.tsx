// What a model thought before it answered: open while it thinks, folded afterwards.
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Markdown } from "./markdown/markdown";

export function Reasoning({ text, thinking }: { text: string; thinking: boolean }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? thinking;
  return (
    <section className="mb-3">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setChosen(!open)}
        className="flex min-h-8 items-center gap-1.5 rounded-control text-meta font-medium text-muted hover:text-fg max-md:min-h-11"
      >
        <ChevronRight
          size={15}
          aria-hidden
          className={open ? "rotate-90 transition-transform" : "transition-transform"}
        />
        {t(thinking ? "reasoning.now" : "reasoning.done")}
      </button>
      {open && (
        <div className="reasoning mt-1 border-l-2 border-border pl-4 text-muted">
          <Markdown text={text} open={thinking} />
        </div>
      )}
    </section>
  );
}
