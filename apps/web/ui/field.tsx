// A labelled text field with its description and its error.
import type { ReactNode } from "react";
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
  // What the server complained about must not keep the form from being sent again: "native" would tell the browser so.
  return (
    <TextField
      {...props}
      isInvalid={error !== undefined || props.isInvalid === true}
      validationBehavior={error === undefined ? "native" : "aria"}
      className="flex flex-col gap-1.5"
    >
      <Label className="text-ui font-medium">{label}</Label>
      <Input className={cx(INPUT, mono && "font-mono text-meta")} {...(placeholder && { placeholder })} />
      {description && (
        <Text slot="description" className="text-meta text-muted">
          {description}
        </Text>
      )}
      <FieldError className="text-meta text-danger">
        {error ?? ((validation) => validation.validationErrors[0])}
      </FieldError>
    </TextField>
  );
}
