// One event of the audit log; what else is known of it unfolds.
import type { AuditEvent } from "@parley/client";
import { ChevronDown } from "lucide-react";
import { useTranslation } from "react-i18next";
import { formatMoment } from "~/ui/dates";

export function AuditRow({ event, names }: { event: AuditEvent; names: ReadonlyMap<string, string> }) {
  const { t } = useTranslation();
  // Whole: ids that were made in the same minute begin alike.
  const name = (id: string): string => names.get(id) ?? id;
  const actor = event.userId === null ? t(nobody(event)) : name(event.userId);
  const facts = { ...event.facts, ...(event.personal ?? {}) };
  const target = event.targetId === null ? [] : [[event.targetType ?? "target", name(event.targetId)] as const];
  const rows = [...target, ...Object.entries(facts).map(([key, value]) => [key, String(value)] as const)];
  return (
    <li>
      <details className="group">
        <summary className="flex min-h-12 cursor-pointer list-none items-center gap-x-4 gap-y-1 px-4 py-2.5 hover:bg-subtle max-md:flex-wrap [&::-webkit-details-marker]:hidden">
          <span className="min-w-0 flex-1 text-ui max-md:basis-full">
            <span className="font-medium">{event.text}</span>
            <span className="text-muted">
              {" · "}
              {actor}
              {event.keyId !== null && ` ${t("audit.byKey")}`}
            </span>
          </span>
          <time dateTime={event.at} className="text-meta whitespace-nowrap text-fg-subtle">
            {formatMoment(event.at)}
          </time>
          <ChevronDown
            size={15}
            aria-hidden
            className="shrink-0 text-muted transition-transform group-open:rotate-180"
          />
        </summary>
        <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 border-t border-border bg-subtle px-4 py-3 text-meta">
          <dt className="text-muted">{t("audit.event", { seq: event.seq })}</dt>
          <dd className="font-mono break-all">{event.action}</dd>
          {rows.map(([key, value]) => (
            <Fact key={key} name={key} value={value} />
          ))}
        </dl>
      </details>
    </li>
  );
}

/** An act without an author is Parley's own, but for sign-ins that were refused: those are of somebody unknown. */
const nobody = ({ action }: AuditEvent) => (action === "session.refused" ? "audit.unknown" : "audit.system");

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="wrap-anywhere">{value}</dd>
    </>
  );
}
