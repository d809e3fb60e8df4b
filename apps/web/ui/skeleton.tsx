// Placeholders with the real heights of what is being loaded; they show after 150 ms, so that quick answers do not flicker.
import { useTranslation } from "react-i18next";
import { cx } from "./class-names";

export function Skeleton({ className }: { className: string }) {
  return <div aria-hidden className={cx("appear-late rounded-control bg-sunken", className)} />;
}

/** Says to screen readers that something is being loaded. */
export function Loading({ label, children }: { label?: string; children: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <div role="status">
      <span className="sr-only">{label ?? t("state.loading")}</span>
      {children}
    </div>
  );
}
