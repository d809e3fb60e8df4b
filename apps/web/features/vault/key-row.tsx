// One provider key: what it is called, what can be seen of it, what it does and has spent, and everything one can do to it.
import type { ProviderKey, ProviderKeyTest } from "@parley/client";
import { ArrowDown, ArrowUp, EllipsisVertical, KeyRound, Pencil, Power, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { Confirm } from "~/ui/confirm-lazy";
import { formatDay, formatMoment } from "~/ui/dates";
import { MenuButton, type MenuEntry } from "~/ui/menu-button";
import { formatUsd } from "~/ui/money";
import { EditKeyDialog } from "./edit-key-dialog";
import type { KeyState } from "./key-order";
import { useKeyActions } from "./provider-keys";

const TONES = { inUse: "accent", standsBy: "neutral", rests: "warn", aside: "neutral", off: "neutral" } as const;

interface KeyRowProps {
  providerKey: ProviderKey;
  state: KeyState;
  /** Undefined where it cannot go any further. */
  onEarlier: (() => void) | undefined;
  onLater: (() => void) | undefined;
}

export function KeyRow({ providerKey: key, state, onEarlier, onLater }: KeyRowProps) {
  const { t } = useTranslation();
  const { test, remove, edit } = useKeyActions();
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const entries: MenuEntry[] = [
    { id: "edit", text: t("keys.edit"), icon: Pencil, run: () => setOpen("edit") },
    ...(onEarlier ? [{ id: "earlier", text: t("keys.earlier"), icon: ArrowUp, run: onEarlier }] : []),
    ...(onLater ? [{ id: "later", text: t("keys.later"), icon: ArrowDown, run: onLater }] : []),
    {
      id: "switch",
      text: t(key.enabled ? "keys.switchOff" : "keys.switchOn"),
      icon: Power,
      run: () => edit.mutate({ id: key.id, enabled: !key.enabled }),
    },
    { id: "delete", text: t("keys.deleteAction"), icon: Trash2, danger: true, run: () => setOpen("delete") },
  ];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3.5">
      <KeyRound size={18} aria-hidden className="shrink-0 text-muted" />
      <KeyFacts providerKey={key} />
      <div className="flex items-center gap-2">
        {test.data ? <TestBadge result={test.data} /> : <Badge tone={TONES[state]}>{t(`keys.states.${state}`)}</Badge>}
        <Button
          {...(!test.isPending && { "aria-label": t("keys.testNamed", { label: key.label }) })}
          onPress={() => test.mutate(key.id)}
          isDisabled={test.isPending}
        >
          {t(test.isPending ? "keys.testing" : "keys.test")}
        </Button>
        <MenuButton icon={EllipsisVertical} label={t("keys.actions", { label: key.label })} entries={entries} />
      </div>
      {state === "rests" && !test.data && <Rest providerKey={key} />}
      <p role="status" className="basis-full pl-[34px] text-meta text-muted empty:hidden">
        {test.error ? messageOf(test.error) : test.data?.message}
        {test.data?.limitRemainingUsd != null &&
          ` ${t("keys.remaining", { amount: formatUsd(test.data.limitRemainingUsd) })}`}
        {edit.error && messageOf(edit.error)}
      </p>
      {open === "edit" && <EditKeyDialog providerKey={key} onClose={() => setOpen(null)} />}
      <Confirm
        open={open === "delete"}
        onOpenChange={() => setOpen(null)}
        title={t("keys.deleteTitle", { label: key.label })}
        text={t("keys.deleteText")}
        action={t("keys.deleteAction")}
        onConfirm={() => remove.mutateAsync(key.id)}
      />
    </li>
  );
}

function TestBadge({ result: { ok, keyChecked } }: { result: ProviderKeyTest }) {
  const { t } = useTranslation();
  if (!ok) return <Badge tone="danger">{t("keys.refused")}</Badge>;
  // An endpoint that gives the same answer to a wrong key has said nothing of this one.
  return keyChecked ? (
    <Badge tone="success">{t("keys.works")}</Badge>
  ) : (
    <Badge tone="warn">{t("keys.notChecked")}</Badge>
  );
}

function KeyFacts({ providerKey: key }: { providerKey: ProviderKey }) {
  const { t } = useTranslation();
  const facts = [
    key.provider === "openrouter" ? (key.baseUrl ?? "OpenRouter") : key.baseUrl,
    key.lastUsedAt ? t("keys.lastUsed", { day: formatDay(key.lastUsedAt) }) : t("keys.neverUsed"),
    Number(key.spentUsd) > 0 &&
      t("keys.spent", { month: formatUsd(key.spentThisMonthUsd), total: formatUsd(key.spentUsd) }),
  ];
  return (
    <div className="min-w-0 flex-1 basis-56">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="text-body font-medium">{key.label}</span>
        <code className="font-mono text-meta text-muted">{key.masked}</code>
      </p>
      <p className="text-meta break-words text-muted">{facts.filter(Boolean).join(" · ")}</p>
      <p className="text-caption text-fg-subtle">
        {t("keys.fingerprint")} <code className="font-mono break-all">{key.fingerprint}</code>
      </p>
    </div>
  );
}

/** Reasons that the page has words for; the others are shown as the server names them. */
const REASONS = new Set([
  "invalid_key",
  "insufficient_credits",
  "key_limit_exceeded",
  "budget_exceeded",
  "provider_busy",
  "rate_limited",
  "daily_limit_reached",
]);

function Rest({ providerKey: { pausedReason, pausedUntil } }: { providerKey: ProviderKey }) {
  const { t } = useTranslation();
  const reason = pausedReason ?? "";
  const why = REASONS.has(reason) ? t(`keys.reasons.${reason as "invalid_key"}`) : reason;
  const until = pausedUntil ? t("keys.restsUntil", { time: formatMoment(pausedUntil) }) : t("keys.restsUntilTested");
  return (
    <p className="basis-full pl-[34px] text-meta text-muted">
      {why} {until}
    </p>
  );
}
