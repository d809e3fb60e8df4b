// A labelled choice out of a few; the browser's own, which every phone and screen reader knows.
import { useId } from "react";
import { cx } from "./class-names";
import { INPUT } from "./input-look";

export interface SelectProps<Value extends string> {
  label: string;
  /** Only for screen readers: the place says it already. */
  hideLabel?: boolean;
  value: Value;
  options: readonly { value: Value; text: string }[];
  onChange: (value: Value) => void;
  disabled?: boolean;
  className?: string;
}

export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, hideLabel = false, value, options, onChange, disabled = false, className } = props;
  const id = useId();
  return (
    <div className={cx("flex flex-col gap-1.5", className)}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "text-ui font-medium"}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
        className={INPUT}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What an address asks for is shown as chosen, also where it is not among the options. */
export function withChosen(options: { value: string; text: string }[], chosen: string | undefined) {
  const isThere = chosen === undefined || options.some(({ value }) => value === chosen);
  return isThere ? options : [...options, { value: chosen, text: chosen }];
}
