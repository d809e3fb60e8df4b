// A code block: its language, a button that copies it, and its colours once it is complete.
import { Check, Copy } from "lucide-react";
import { memo } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useCopy } from "~/ui/use-copy";
import type { CodeLine } from "./highlight.types";
import { useHighlighted } from "./highlighter";

interface CodeBlockProps {
  code: string;
  language: string | undefined;
  /** Its closing fence is still to come. */
  open: boolean;
}

export const CodeBlock = memo(function CodeBlock({ code, language, open }: CodeBlockProps) {
  const { t } = useTranslation();
  const lines = useHighlighted(code, language, !open);
  const { copied, copy } = useCopy();
  const Icon = copied ? Check : Copy;
  return (
    <figure className="md-code">
      <figcaption>
        <span>{language ?? t("message.plainText")}</span>
        <Button className="md-copy" onPress={() => copy(code)} aria-label={t("message.copyCode")}>
          <Icon size={15} aria-hidden />
          {t(copied ? "action.copied" : "action.copy")}
        </Button>
      </figcaption>
      <pre tabIndex={0}>
        <code>{lines ? <Coloured lines={lines} /> : code}</code>
      </pre>
    </figure>
  );
});

const Coloured = memo(function Coloured({ lines }: { lines: readonly CodeLine[] }) {
  return lines.map((line, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines of a finished text never move
    <span key={row}>
      {line.map(([text, kind], column) =>
        kind === "" ? (
          text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: tokens of a finished line never move
          <span key={column} className={`tk-${kind}`}>
            {text}
          </span>
        ),
      )}
      {row < lines.length - 1 ? "\n" : null}
    </span>
  ));
});
