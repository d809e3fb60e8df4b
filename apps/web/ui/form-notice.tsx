// What to say below a form of a failure that none of its fields says itself.
import { fieldErrors, messageOf } from "~/app/api";
import { Notice } from "./notice";

interface FormNoticeProps {
  error: unknown;
  /** The fields that are on the page, by their names in the server's complaints: each shows its own. */
  fields: readonly string[];
  className?: string;
}

export function FormNotice({ error, fields, ...look }: FormNoticeProps) {
  const complaints = fieldErrors(error);
  if (error === null || fields.some((name) => name in complaints)) return null;
  return <Notice tone="danger" title={messageOf(error)} {...look} />;
}
