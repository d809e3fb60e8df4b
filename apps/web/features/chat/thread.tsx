// The messages of a conversation: only those in sight are in the page, and the end stays in sight while it grows.
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "~/ui/button";
import { cx } from "~/ui/class-names";
import { MessageRow } from "./message-row";
import type { ThreadRow } from "./thread-rows";
import { UnsentRow } from "./unsent-row";

/** The end is followed when it is no further away than this, px. */
const NEAR_END = 96;
const OVERSCAN = 4;
/** Guessed heights of rows that were never drawn, px. */
const GUESS = { user: 96, answer: 320 };

interface ThreadProps {
  rows: readonly ThreadRow[];
}

export const Thread = memo(function Thread({ rows }: ThreadProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => guessOf(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: OVERSCAN,
    paddingStart: 24,
    paddingEnd: 32,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: NEAR_END,
    initialOffset: () => Number.MAX_SAFE_INTEGER,
  });
  useOwnMessagesInSight(rows, () => virtualizer.scrollToEnd({ behavior: "auto" }));
  const items = virtualizer.getVirtualItems();
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        className="thread scrollbar-quiet h-full overflow-y-auto"
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t("thread.label")}
        onScroll={() => setAway(!virtualizer.isAtEnd(NEAR_END))}
      >
        <div className="relative w-full" style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <div
                key={item.key}
                data-index={item.index}
                ref={virtualizer.measureElement}
                className="thread-row absolute top-0 left-0 w-full"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <div className={cx("mx-auto w-full max-w-[760px] px-5", isUsers(row) ? "pb-1.5" : "pb-7")}>
                  {row.kind === "message" ? <MessageRow message={row.message} /> : <UnsentRow entry={row.entry} />}
                </div>
              </div>
            );
          })}
        </div>
      </div>
      {away && (
        <IconButton
          icon={ArrowDown}
          label={t("thread.toEnd")}
          onPress={() => virtualizer.scrollToEnd({ behavior: "auto" })}
          className="animate-appear absolute bottom-3 left-1/2 size-9 -translate-x-1/2 rounded-full border border-border-strong bg-raised text-fg shadow-popover"
        />
      )}
    </div>
  );
});

function isUsers(row: ThreadRow): boolean {
  return row.kind === "unsent" || row.message.role === "user";
}

function guessOf(row: ThreadRow | undefined): number {
  return row && isUsers(row) ? GUESS.user : GUESS.answer;
}

/** What one has just written is shown, wherever one was reading. */
function useOwnMessagesInSight(rows: readonly ThreadRow[], toEnd: () => void): void {
  const unsent = useMemo(() => rows.filter(({ kind }) => kind === "unsent").length, [rows]);
  const before = useRef(unsent);
  const scroll = useRef(toEnd);
  useLayoutEffect(() => {
    scroll.current = toEnd;
  });
  useEffect(() => {
    if (unsent > before.current) scroll.current();
    before.current = unsent;
  }, [unsent]);
}
