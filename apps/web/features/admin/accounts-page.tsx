// Admin → Accounts: find one, disable or enable it, make it an operator.
import type { InstanceAccount } from "@parley/client";
import { useMutation } from "@tanstack/react-query";
import {
  Ban,
  Check,
  CircleCheck,
  Copy,
  EllipsisVertical,
  KeyRound,
  Shield,
  ShieldOff,
  Smartphone,
  Trash2,
} from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, messageOf, queryClient } from "~/app/api";
import { useMe } from "~/features/auth/account";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { Confirm } from "~/ui/confirm-lazy";
import { formatDay } from "~/ui/dates";
import { MenuButton, type MenuEntry } from "~/ui/menu-button";
import { Notice } from "~/ui/notice";
import { useCopy } from "~/ui/use-copy";
import { DeleteQuestion } from "./delete-question";
import { Directory } from "./directory";

export function AccountsPage() {
  const { t } = useTranslation();
  return (
    <Directory
      name="accounts"
      search={t("admin.searchAccounts")}
      none={t("admin.noAccounts")}
      read={api.operator.accounts}
      row={(account: InstanceAccount) => <AccountRow account={account} />}
    />
  );
}

type Change = { disabled?: boolean; isOperator?: boolean; removeSecondFactor?: boolean };

/** What is asked before it is done. */
const QUESTIONS = {
  disable: { title: "admin.disableQuestion", text: "admin.disableText", change: { disabled: true } },
  withdraw: { title: "admin.withdrawQuestion", text: "admin.withdrawText", change: { isOperator: false } },
  removeFactor: {
    title: "admin.removeFactorQuestion",
    text: "admin.removeFactorText",
    change: { removeSecondFactor: true },
  },
} as const;

function AccountRow({ account }: { account: InstanceAccount }) {
  const { t } = useTranslation();
  const { user } = useMe();
  const [asking, setAsking] = useState<keyof typeof QUESTIONS | null>(null);
  const [deleting, setDeleting] = useState(false);
  const change = useMutation({
    mutationFn: (body: Change) => api.operator.updateAccount(account.id, body),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["directory", "accounts"] }),
  });
  const reset = useMutation({ mutationFn: () => api.operator.resetLink(account.id) });
  const { name, email, isOperator, disabled } = account;
  const entries: MenuEntry[] = [
    { id: "reset", text: t("admin.reset"), icon: KeyRound, run: () => reset.mutate() },
    ...(account.secondFactor
      ? [{ id: "factor", text: t("admin.removeFactor"), icon: Smartphone, run: () => setAsking("removeFactor") }]
      : []),
    disabled
      ? { id: "enable", text: t("admin.enable"), icon: CircleCheck, run: () => change.mutate({ disabled: false }) }
      : { id: "disable", text: t("admin.disable"), icon: Ban, danger: true, run: () => setAsking("disable") },
    isOperator
      ? { id: "withdraw", text: t("admin.withdraw"), icon: ShieldOff, danger: true, run: () => setAsking("withdraw") }
      : { id: "grant", text: t("admin.grant"), icon: Shield, run: () => change.mutate({ isOperator: true }) },
    // One's own goes by the profile page, which asks who one is.
    ...(account.id === user.id
      ? []
      : [{ id: "delete", text: t("admin.delete"), icon: Trash2, danger: true, run: () => setDeleting(true) }]),
  ];
  return (
    <>
      <div className="min-w-0 flex-1 basis-56">
        <p className="truncate text-ui font-medium">
          {name}
          {account.id === user.id && <span className="font-normal text-muted"> · {t("members.you")}</span>}
        </p>
        <p className="truncate text-meta text-muted">{email}</p>
      </div>
      <p className="text-meta text-fg-subtle max-sm:hidden">
        {t("admin.workspaceCount", { count: account.workspaces })}
        {" · "}
        {account.lastSeenAt ? t("admin.seen", { day: formatDay(account.lastSeenAt) }) : t("admin.signedOut")}
      </p>
      {isOperator && <Badge tone="accent">{t("profile.operator")}</Badge>}
      {disabled && <Badge tone="danger">{t("admin.disabled")}</Badge>}
      <MenuButton icon={EllipsisVertical} label={t("admin.actions", { name })} entries={entries} />
      {reset.data && <ResetLink name={name} path={reset.data.path} />}
      {reset.error && <Notice tone="danger" className="basis-full" title={messageOf(reset.error)} />}
      {change.error && <Notice tone="danger" className="basis-full" title={messageOf(change.error)} />}
      {deleting && <DeleteQuestion account={account} onClose={() => setDeleting(false)} />}
      <Confirm
        open={asking !== null}
        onOpenChange={() => setAsking(null)}
        title={asking ? t(QUESTIONS[asking].title, { name }) : ""}
        text={asking ? t(QUESTIONS[asking].text) : ""}
        action={asking ? t(`admin.${asking}`) : ""}
        onConfirm={async () => asking && change.mutateAsync(QUESTIONS[asking].change)}
      />
    </>
  );
}

function ResetLink({ name, path }: { name: string; path: string }) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy();
  const link = `${location.origin}${path}`;
  return (
    <div
      role="status"
      className="flex basis-full flex-wrap items-center gap-3 rounded-code border border-border bg-subtle p-3"
    >
      <code className="min-w-0 flex-1 basis-64 font-mono text-meta break-all">{link}</code>
      <Button icon={copied ? Check : Copy} onPress={() => copy(link)}>
        {t(copied ? "action.copied" : "invites.copy")}
      </Button>
      <p className="basis-full text-meta text-muted">{t("admin.resetOnce", { name })}</p>
    </div>
  );
}
