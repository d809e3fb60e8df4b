// One budget: what is spent, held and left of it, when it begins anew, and how it will end.
import type { Budget } from "@parley/client";
import { Pencil, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge } from "~/ui/badge";
import { IconButton } from "~/ui/button";
import { cx } from "~/ui/class-names";
import { formatMoment } from "~/ui/dates";
import { formatUsd } from "~/ui/money";

interface BudgetRowProps {
  budget: Budget;
  /** Absent: it can only be looked at. */
  onEdit?: () => void;
  onRemove?: () => void;
}

export function BudgetRow({ budget, onEdit, onRemove }: BudgetRowProps) {
  const { t } = useTranslation();
  const name = useSubjectName(budget);
  const { scope, period, softUsd, hardUsd, spentUsd, reservedUsd, leftUsd, periodEnd, forecastUsd, ofKey } = budget;
  const facts = [
    reservedUsd !== "0" && t("budgets.reserved", { amount: formatUsd(reservedUsd) }),
    leftUsd !== null && t("budgets.left", { amount: formatUsd(leftUsd.startsWith("-") ? "0" : leftUsd) }),
    softUsd !== null && t("budgets.softOf", { amount: formatUsd(softUsd) }),
    forecastUsd !== null && t("budgets.forecast", { amount: formatUsd(forecastUsd) }),
    periodEnd !== null && t("budgets.resets", { time: formatMoment(periodEnd) }),
    ofKey && t("budgets.ofKey"),
  ].filter((fact) => typeof fact === "string");
  const words = { period: t(`budgets.periodsIn.${period}`), name };
  return (
    <li className="flex items-start gap-4 px-4 py-3.5">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="text-body font-medium break-words">{name}</span>
          <Badge>{t(`budgets.periods.${period}`)}</Badge>
          {scope !== "workspace" && scope !== "instance" && (
            <span className="text-meta text-muted">{t(`budgets.scopes.${scope}`)}</span>
          )}
          <State budget={budget} />
        </p>
        <Bar budget={budget} />
        <p className="mt-1.5 text-ui tabular-nums">
          {t("budgets.used", { spent: formatUsd(spentUsd), limit: formatUsd(hardUsd ?? softUsd ?? "0") })}
        </p>
        <p className="text-meta text-muted tabular-nums">{facts.join(" · ")}</p>
      </div>
      <div className="flex shrink-0 gap-1">
        {onEdit && <IconButton icon={Pencil} label={t("budgets.edit", words)} onPress={onEdit} />}
        {onRemove && <IconButton icon={Trash2} label={t("budgets.remove", words)} onPress={onRemove} />}
      </div>
    </li>
  );
}

/** Whose budget it is, as its own members call it. */
export function useSubjectName({ scope, name }: Budget): string {
  const { t } = useTranslation();
  if (scope === "instance") return t("budgets.scopes.instance");
  if (scope === "workspace") return t("budgets.wholeWorkspace");
  return name ?? t("budgets.gone");
}

/** How much of `whole` a part is, in percent, for bars and words; 100 when there is no whole. */
export function percentOf(part: string, whole: string): number {
  const share = (Number(part) / Number(whole)) * 100;
  return Number.isFinite(share) ? share : 100;
}

/** From so many percent of a limit on it is said that little is left. */
const ALMOST = 80;

function State({ budget }: { budget: Budget }) {
  const { t } = useTranslation();
  const { soft, hard } = sharesOf(budget);
  if (hard >= 100) return <Badge tone="danger">{t("budgets.usedUp")}</Badge>;
  if (soft >= 100) return <Badge tone="warn">{t("budgets.softReached")}</Badge>;
  if (hard >= ALMOST) return <Badge tone="warn">{t("budgets.almost")}</Badge>;
  if (soft >= ALMOST) return <Badge tone="warn">{t("budgets.almostSoft")}</Badge>;
  return null;
}

/** How much of each limit is spent, percent; 0 where there is none. */
function sharesOf({ softUsd, hardUsd, spentUsd }: Budget): { soft: number; hard: number } {
  const share = (limit: string | null) => (limit === null ? 0 : percentOf(spentUsd, limit));
  return { soft: share(softUsd), hard: share(hardUsd) };
}

function Bar({ budget }: { budget: Budget }) {
  const { softUsd, hardUsd, spentUsd, reservedUsd } = budget;
  const whole = hardUsd ?? softUsd ?? "0";
  const spent = Math.min(100, percentOf(spentUsd, whole));
  const reserved = Math.min(100 - spent, percentOf(reservedUsd, whole));
  const mark = hardUsd !== null && softUsd !== null ? Math.min(100, percentOf(softUsd, hardUsd)) : null;
  const { soft, hard } = sharesOf(budget);
  const color = hard >= 100 ? "bg-danger" : Math.max(soft, hard) >= ALMOST ? "bg-warn" : "bg-accent";
  return (
    <div
      // The line below says the same in words.
      aria-hidden
      className="relative mt-2 flex h-2.5 overflow-hidden rounded-full border border-border bg-sunken"
    >
      <div className={cx("h-full", color)} style={{ width: `${spent}%` }} />
      <div className={cx("h-full opacity-45", color)} style={{ width: `${reserved}%` }} />
      {mark !== null && <div className="absolute inset-y-0 w-0.5 bg-fg" style={{ left: `calc(${mark}% - 1px)` }} />}
    </div>
  );
}
