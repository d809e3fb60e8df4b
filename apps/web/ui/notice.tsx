// A notice beside the thing that it is about: what happened in plain words, and one way on.
import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./class-names";

const LOOKS: Record<string, { frame: string; icon: LucideIcon }> = {
  danger: { frame: "border-danger bg-danger-soft text-on-danger-soft", icon: CircleAlert },
  warn: { frame: "border-warn bg-warn-soft text-on-warn-soft", icon: TriangleAlert },
  success: { frame: "border-success bg-success-soft text-on-success-soft", icon: CircleCheck },
  info: { frame: "border-border bg-subtle text-muted", icon: Info },
};

export interface NoticeProps {
  tone: "danger" | "warn" | "success" | "info";
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
  /** Read out when it appears. Default: for `danger`. */
  announce?: boolean;
}

export function Notice({ tone, title, children, action, className, announce = tone === "danger" }: NoticeProps) {
  const { frame, icon: Icon } = LOOKS[tone] as { frame: string; icon: LucideIcon };
  return (
    <div
      role={announce ? "alert" : undefined}
      className={cx(
        "flex flex-wrap items-center gap-x-3 gap-y-2 rounded-code border px-4 py-2.5 text-ui",
        frame,
        className,
      )}
    >
      <Icon size={17} aria-hidden className="shrink-0" />
      <div className="min-w-0 flex-1 basis-52">
        <span className="font-medium">{title}</span>
        {children ? <span> {children}</span> : null}
      </div>
      {action}
    </div>
  );
}

/** The one way on of a notice; it takes the notice's colour. */
export const NOTICE_ACTION =
  "inline-flex min-h-8 items-center gap-1.5 rounded-control border border-current px-3 text-meta font-medium hover:underline max-md:min-h-11";
