// Invitations: an admin makes a link, shown this once, and can take back those that are still open.
import type { CreatedInvite, Invite, Role } from "@parley/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Check, Copy, Link2, Trash2 } from "lucide-react";
import { useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { messageOf, queryClient } from "~/app/api";
import { Button, IconButton } from "~/ui/button";
import { formatDay } from "~/ui/dates";
import { Notice } from "~/ui/notice";
import { useCopy } from "~/ui/use-copy";
import { useWorkspace, useWorkspaceClient } from "./current-workspace";

/** Owners are made of members, not invited. */
const INVITED: Role[] = ["admin", "member", "viewer"];

function keyOf(workspaceId: string): readonly unknown[] {
  return ["invites", workspaceId];
}

export function Invites() {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  const { data } = useQuery({ queryKey: keyOf(id), queryFn: async () => (await client.invites.list()).data });
  const [role, setRole] = useState<Role>("member");
  const create = useMutation({
    mutationFn: () => client.invites.create({ role }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keyOf(id) }),
  });
  return (
    <section aria-labelledby="invites-title">
      <h2 id="invites-title" className="text-h3 font-semibold">
        {t("invites.title")}
      </h2>
      <p className="mt-1 text-ui text-muted">{t("invites.text")}</p>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <RoleChoice role={role} onChoose={setRole} />
        <Button icon={Link2} onPress={() => create.mutate()} isDisabled={create.isPending}>
          {t("invites.create")}
        </Button>
      </div>
      {create.error && <Notice tone="danger" className="mt-3" title={messageOf(create.error)} />}
      {create.data && <NewLink invite={create.data} />}
      {data && data.length > 0 && (
        <ul className="mt-4 divide-y divide-border rounded-card border border-border">
          {data.map((invite) => (
            <InviteRow key={invite.id} invite={invite} />
          ))}
        </ul>
      )}
    </section>
  );
}

function RoleChoice({ role, onChoose }: { role: Role; onChoose: (role: Role) => void }) {
  const { t } = useTranslation();
  return (
    <ToggleButtonGroup
      aria-label={t("invites.role")}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[role]}
      onSelectionChange={(keys) => {
        for (const key of keys) onChoose(key as Role);
      }}
      className="flex rounded-control border border-border-strong p-0.5"
    >
      {INVITED.map((name) => (
        <ToggleButton
          key={name}
          id={name}
          className="min-h-8 rounded-chip px-3 text-ui text-muted hover:text-fg selected:bg-accent-soft selected:text-on-accent-soft max-md:min-h-10"
        >
          {t(`roles.${name}`)}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

function NewLink({ invite }: { invite: CreatedInvite }) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy();
  const link = `${location.origin}/register?invite=${encodeURIComponent(invite.token)}`;
  return (
    <div
      role="status"
      className="mt-3 flex flex-wrap items-center gap-3 rounded-code border border-border bg-subtle p-3"
    >
      <code className="min-w-0 flex-1 basis-64 font-mono text-meta break-all">{link}</code>
      <Button icon={copied ? Check : Copy} onPress={() => copy(link)}>
        {t(copied ? "action.copied" : "invites.copy")}
      </Button>
      <p className="basis-full text-meta text-muted">{t("invites.once", { day: formatDay(invite.expiresAt) })}</p>
    </div>
  );
}

function InviteRow({ invite }: { invite: Invite }) {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  const remove = useMutation({
    mutationFn: () => client.invites.delete(invite.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keyOf(id) }),
  });
  return (
    <li className="flex items-center gap-4 px-4 py-2">
      <span className="min-w-0 flex-1 truncate text-ui">{invite.email ?? t("invites.anyone")}</span>
      <span className="text-meta text-muted">
        {t("invites.about", { role: t(`roles.${invite.role}`), day: formatDay(invite.expiresAt) })}
      </span>
      <IconButton
        icon={Trash2}
        label={t("invites.revoke", { day: formatDay(invite.createdAt) })}
        isDisabled={remove.isPending}
        onPress={() => remove.mutate()}
      />
    </li>
  );
}
