// The question dialog, loaded when the first question is asked.
import { lazy, Suspense } from "react";
import type { ConfirmProps } from "./confirm";

const LoadedConfirm = lazy(() => import("./confirm"));

export function Confirm(props: ConfirmProps) {
  if (!props.open) return null;
  return (
    <Suspense>
      <LoadedConfirm {...props} />
    </Suspense>
  );
}
