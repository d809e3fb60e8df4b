// Shows a model's markdown, block by block, so that a growing text costs only its last block.
import { toJsxRuntime } from "hast-util-to-jsx-runtime";
import { memo, useMemo, useRef, useState } from "react";
import { Fragment, jsx, jsxs } from "react/jsx-runtime";
import { useTranslation } from "react-i18next";
import { Button } from "~/ui/button";
import type { Blocks } from "./blocks";
import { elements, OpenBlock } from "./elements";
import { toTree } from "./processor";

/** One message shows this much at once, characters; the rest is behind "Show more". */
const SHOWN_AT_ONCE = 200_000;

export interface MarkdownProps {
  text: string;
  /** More of it may come: half-typed markup at the end is completed, and a caret marks the place. */
  open?: boolean;
}

/** A markdown text. */
export const Markdown = memo(function Markdown({ text, open = false }: MarkdownProps) {
  const { t } = useTranslation();
  const [limit, setLimit] = useState(SHOWN_AT_ONCE);
  const cut = text.length > limit;
  const sources = useSources(cut ? text.slice(0, limit) : text, open);
  return (
    <div className="md" data-open={(open && !cut) || undefined}>
      {sources.map((source, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks only grow at the end, their place is their identity
        <Block key={index} source={source} open={open && !cut && index === sources.length - 1} />
      ))}
      {cut && (
        <Button variant="quiet" onPress={() => setLimit(limit + SHOWN_AT_ONCE)}>
          {t("message.showMore")}
        </Button>
      )}
    </div>
  );
});

type Growing = typeof import("./growing");

let growing: Growing | undefined;

/** Loads what a growing text needs; until it is there, such a text is parsed as a whole each time. */
export async function prepareGrowing(): Promise<void> {
  growing ??= await import("./growing");
}

/** The parts that are parsed on their own. A text that was complete when it was first shown is one part. */
function useSources(text: string, open: boolean): string[] {
  const grew = useRef(open);
  const known = useRef<Blocks | null>(null);
  grew.current ||= open;
  if (open) void prepareGrowing();
  const tools = grew.current ? growing : undefined;
  return useMemo(() => {
    const plain = text.replaceAll(/\r\n?/g, "\n");
    if (!tools) return [plain];
    known.current = tools.growBlocks(known.current ?? tools.NO_BLOCKS, plain);
    return tools.sourcesOf(known.current);
  }, [text, tools]);
}

const Block = memo(function Block({ source, open }: { source: string; open: boolean }) {
  const content = useMemo(() => {
    const tree = toTree(open && growing ? growing.completed(source) : source);
    return toJsxRuntime(tree, { Fragment, jsx, jsxs, components: elements, passNode: true, ignoreInvalidStyle: true });
  }, [source, open]);
  return <OpenBlock value={open && !isFenceClosed(source)}>{content}</OpenBlock>;
});

/** Whether the code block that a source ends with has its closing fence. */
function isFenceClosed(source: string): boolean {
  return /(?:^|\n) {0,3}(`{3,}|~{3,})[^\n]*\n(?:[\s\S]*\n)? {0,3}\1[`~]*\s*$/.test(source);
}
