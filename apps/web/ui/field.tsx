// A labelled text field with its description and its error.
import { type ReactNode, useState } from "react";
import { FieldError, Input, Label, Text, TextField, type TextFieldProps } from "react-aria-components";
import { cx } from "./class-names";
import { INPUT } from "./input-look";

export interface FieldProps extends Omit<TextFieldProps, "className" | "children"> {
  label: string;
  description?: ReactNode;
  placeholder?: string;
  /** The server's complaint. */
  error?: string | undefined;
  mono?: boolean;
}

export function Field({ label, description, placeholder, error, mono = false, ...props }: FieldProps) {
  // What was wrong is said until it is typed over, and not until the field is left: a form that becomes shorter while
  // somebody clicks its button moves the button away from under the click.
  const [typedOver, setTypedOver] = useState(false);
  const typed = (value: string) => {
    setTypedOver(true);
    props.onChange?.(value);
  };
  // What the server complained about must not keep the form from being sent again: "native" would tell the browser so.
  // Where nobody complains, `isInvalid` stays away: `false` would hide what the browser itself finds wrong.
  return (
    <TextField
      {...props}
      {...(error !== undefined && { isInvalid: true })}
      validationBehavior={error === undefined ? "native" : "aria"}
      onChange={typed}
      className="flex flex-col gap-1.5"
    >
      <Label className="text-ui font-medium">{label}</Label>
      <Input
        className={cx(INPUT, mono && "font-mono text-meta")}
        onInvalid={() => setTypedOver(false)}
        {...(placeholder && { placeholder })}
      />
      {description && (
        <Text slot="description" className="text-meta text-muted">
          {description}
        </Text>
      )}
      <FieldError
        className={cx("text-meta text-danger first-letter:uppercase", error === undefined && typedOver && "hidden")}
      >
        {error ?? ((validation) => validation.validationErrors[0])}
      </FieldError>
    </TextField>
  );
}
