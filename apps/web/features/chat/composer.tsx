// Where messages are written: docked at the foot, sends with Enter, and stops an answer in the same place.
import { ArrowUp, Square } from "lucide-react";
import { type KeyboardEvent, type Ref, useImperativeHandle, useRef } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { cx } from "~/ui/class-names";
import { formatUsd } from "~/ui/money";
import { formatCount } from "~/ui/numbers";
import type { Estimate } from "./estimate";
import { GrowingTextArea } from "./growing-text-area";

/** The server's limit, code points. */
const MAX_CONTENT = 200_000;

export interface ComposerProps {
  text: string;
  onChange: (text: string) => void;
  onSend: (text: string) => void;
  /** Set while an answer is being written: the button stops it. */
  onStop?: (() => void) | undefined;
  estimate: Estimate | null;
  /** Why nothing can be sent. */
  blocked?: string | undefined;
  ref?: Ref<HTMLTextAreaElement>;
}

export function Composer({ text, onChange, onSend, onStop, estimate, blocked, ref }: ComposerProps) {
  const { t } = useTranslation();
  const area = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(ref, () => area.current as HTMLTextAreaElement);
  const tooLong = text.length > MAX_CONTENT && Array.from(text).length > MAX_CONTENT;
  const canSend = text.trim() !== "" && blocked === undefined && !tooLong;
  const send = () => {
    if (!canSend) return;
    onSend(text);
    area.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also ends the choice of a word in an input method.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    // While an answer is written, Enter must not stop it by surprise: the text waits.
    if (!onStop) send();
  };
  return (
    <div className="mx-auto w-full max-w-[800px] px-5 pb-3 max-md:px-3">
      <div className="rounded-card border border-border-strong bg-raised px-4 pt-3 pb-2 focus-within:border-accent focus-within:outline-1 focus-within:outline-accent">
        <GrowingTextArea
          ref={area}
          value={text}
          onChange={onChange}
          label={t("composer.label")}
          placeholder={blocked ?? t("composer.placeholder")}
          disabled={blocked !== undefined}
          maxHeight="40dvh"
          onKeyDown={onKeyDown}
        />
        <div className="mt-1 flex min-h-9 items-center justify-end gap-3">
          {tooLong && (
            <span role="alert" className="mr-auto text-meta text-danger">
              {t("composer.tooLong", { max: formatCount(MAX_CONTENT) })}
            </span>
          )}
          {estimate && <EstimateText estimate={estimate} />}
          <SendButton canSend={canSend} onSend={send} onStop={onStop} />
        </div>
      </div>
    </div>
  );
}

function EstimateText({ estimate: { tokens, costUsd } }: { estimate: Estimate }) {
  const { t } = useTranslation();
  const cost = costUsd === null ? "" : ` · ${formatUsd(costUsd)}`;
  return (
    <span className="tabular text-meta text-fg-subtle" title={t("composer.estimateTitle")}>
      ≈ {t("composer.tokens", { count: tokens, formatted: formatCount(tokens) })}
      {cost}
    </span>
  );
}

interface SendButtonProps {
  canSend: boolean;
  onSend: () => void;
  onStop: (() => void) | undefined;
}

/** One place for send and stop, so that the hand need not look for it. */
function SendButton({ canSend, onSend, onStop }: SendButtonProps) {
  const { t } = useTranslation();
  const Icon = onStop ? Square : ArrowUp;
  return (
    <Button
      aria-label={t(onStop ? "composer.stop" : "composer.send")}
      onPress={onStop ?? onSend}
      isDisabled={!onStop && !canSend}
      // The keyboard would follow a button that loses the focus by being disabled.
      preventFocusOnPress
      className={cx(
        "-mr-1.5 inline-flex size-9 shrink-0 items-center justify-center rounded-code transition-colors max-md:size-11",
        onStop
          ? "bg-fg text-bg"
          : "bg-accent text-on-accent hover:bg-accent-hover disabled:bg-sunken disabled:text-fg-subtle",
      )}
    >
      <Icon size={onStop ? 14 : 18} fill={onStop ? "currentColor" : "none"} aria-hidden />
    </Button>
  );
}
