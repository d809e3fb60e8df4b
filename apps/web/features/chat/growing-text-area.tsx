// A text area that is as high as its text.
import { type KeyboardEventHandler, type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";

export interface GrowingTextAreaProps {
  value: string;
  onChange: (text: string) => void;
  label: string;
  placeholder?: string;
  maxHeight: string;
  autoFocus?: boolean;
  disabled?: boolean;
  onKeyDown?: KeyboardEventHandler<HTMLTextAreaElement>;
  ref?: Ref<HTMLTextAreaElement>;
}

export function GrowingTextArea({ value, onChange, label, maxHeight, autoFocus, ref, ...props }: GrowingTextAreaProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(ref, () => area.current as HTMLTextAreaElement);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [value]);
  useEffect(() => {
    const element = area.current;
    if (!autoFocus || !element) return;
    element.focus();
    element.setSelectionRange(element.value.length, element.value.length);
  }, [autoFocus]);
  return (
    <textarea
      {...props}
      ref={area}
      rows={1}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      style={{ maxHeight }}
      className="no-ring scrollbar-quiet block w-full resize-none overflow-y-auto bg-transparent text-body max-md:text-[16px] disabled:opacity-50"
    />
  );
}
