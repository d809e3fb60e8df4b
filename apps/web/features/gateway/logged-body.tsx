// Parts of a logged body: texts that were said, calls of tools, and the body as it was sent.
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "~/features/chat/copy-button";
import { CodeBlock } from "~/features/chat/markdown/code-block";
import { formatBytes } from "~/ui/numbers";
import type { ToolCall } from "./read-log";

export interface BodySectionProps {
  title: string;
  /** Bytes of the whole body. */
  bytes: number;
  children: React.ReactNode;
}

export function BodySection({ title, bytes, children }: BodySectionProps) {
  const id = useId();
  return (
    <section className="mt-8" aria-labelledby={id}>
      <h3 id={id} className="text-body font-semibold">
        {title} <span className="text-meta font-normal text-muted">{formatBytes(bytes)}</span>
      </h3>
      {children}
    </section>
  );
}

/** Text under the name of who said it, with a button that copies it. */
export function SaidText({ who, text, children }: { who: string; text: string; children?: React.ReactNode }) {
  return (
    <div className="mt-2 overflow-hidden rounded-card border border-border">
      <div className="flex min-h-10 items-center justify-between gap-2 border-b border-border bg-subtle pr-1 pl-4">
        <h4 className="text-meta font-medium text-muted">{who}</h4>
        {text !== "" && <CopyButton text={text} />}
      </div>
      <div className="px-4 py-3">
        {text !== "" && <p className="text-ui break-words whitespace-pre-wrap">{text}</p>}
        {children}
      </div>
    </div>
  );
}

export function ToolCalls({ calls }: { calls: readonly ToolCall[] }) {
  const { t } = useTranslation();
  return calls.map(({ name, input }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: calls of a finished text never move
    <div key={index} className="md mt-2 first:mt-0">
      <p className="text-meta text-muted">{t("requestLog.call", { name })}</p>
      <CodeBlock code={indented(input)} language="json" open={false} />
    </div>
  ));
}

/** JSON with line breaks; what is none, as it is. */
function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

/** A body as it went over the wire; it is put on the page when it is asked for, as it may be long. */
export function RawBody({
  title,
  label,
  text,
  open = false,
}: {
  title: string;
  label: string;
  text: string;
  open?: boolean;
}) {
  const [isOpen, setOpen] = useState(open);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)} className="mt-3">
      <summary className="flex min-h-9 cursor-pointer items-center text-ui text-muted hover:text-fg max-md:min-h-11">
        <span className="underline underline-offset-2">{title}</span>
      </summary>
      {isOpen && (
        <div className="relative mt-1">
          <div className="absolute top-1 right-1 rounded-control bg-subtle">
            <CopyButton text={text} />
          </div>
          {/* biome-ignore lint/a11y/useSemanticElements: a scrolling frame is no section of the page */}
          <pre
            role="group"
            aria-label={label}
            tabIndex={0}
            className="max-h-[420px] overflow-auto rounded-code border border-border bg-subtle py-3 pr-12 pl-4 font-mono text-meta break-all whitespace-pre-wrap"
          >
            {text}
          </pre>
        </div>
      )}
    </details>
  );
}
