// One member: the role, which may be changed up to one's own, and the way out.
import type { Member, Role } from "@parley/client";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { LogOut, UserMinus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { refreshMe, useMe } from "~/features/auth/account";
import { Badge } from "~/ui/badge";
import { IconButton } from "~/ui/button";
import { Confirm } from "~/ui/confirm-lazy";
import { formatDay } from "~/ui/dates";
import { Notice } from "~/ui/notice";
import { Select } from "~/ui/select";
import { isAtLeast, ROLES, useWorkspace, useWorkspaceClient } from "./current-workspace";
import { refreshMembers } from "./membership";

export function MemberRow({ member, members }: { member: Member; members: readonly Member[] }) {
  const { t } = useTranslation();
  const { role: own } = useWorkspace();
  const { user } = useMe();
  const isMe = member.userId === user.id;
  const lastOwner = member.role === "owner" && members.filter(({ role }) => role === "owner").length === 1;
  const mayManage = isAtLeast(own, "admin") && isAtLeast(own, member.role);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate text-ui font-medium">
          {member.name}
          {isMe && <span className="font-normal text-muted"> · {t("members.you")}</span>}
        </p>
        <p className="truncate text-meta text-muted">{member.email}</p>
      </div>
      <span className="text-meta text-fg-subtle max-sm:hidden">
        {t("members.since", { day: formatDay(member.createdAt) })}
      </span>
      {mayManage && !lastOwner ? (
        <RoleSelect member={member} />
      ) : (
        <Badge tone={member.role === "owner" ? "accent" : "neutral"}>{t(`roles.${member.role}`)}</Badge>
      )}
      {(isMe || mayManage) && !lastOwner && <WayOut member={member} isMe={isMe} />}
      {isMe && lastOwner && members.length > 1 && (
        <p className="basis-full text-meta text-muted">{t("members.lastOwner")}</p>
      )}
    </li>
  );
}

function RoleSelect({ member }: { member: Member }) {
  const { t } = useTranslation();
  const { id, role: own } = useWorkspace();
  const client = useWorkspaceClient();
  const change = useMutation({
    mutationFn: (role: Role) => client.members.update(member.userId, { role }),
    onSettled: () => Promise.all([refreshMembers(id), refreshMe()]),
  });
  return (
    <>
      <Select
        label={t("members.roleOf", { name: member.name })}
        hideLabel
        className="w-32"
        value={change.isPending ? change.variables : member.role}
        disabled={change.isPending}
        onChange={(role) => change.mutate(role)}
        options={ROLES.filter((role) => isAtLeast(own, role)).map((role) => ({
          value: role,
          text: t(`roles.${role}`),
        }))}
      />
      {change.error && <Notice tone="danger" className="order-last basis-full" title={messageOf(change.error)} />}
    </>
  );
}

function WayOut({ member, isMe }: { member: Member; isMe: boolean }) {
  const { t } = useTranslation();
  const { id, name: workspace } = useWorkspace();
  const client = useWorkspaceClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const { name } = member;
  const leave = async () => {
    await client.members.remove(member.userId);
    if (!isMe) return refreshMembers(id);
    await refreshMe();
    await navigate({ to: "/" });
  };
  return (
    <>
      <IconButton
        icon={isMe ? LogOut : UserMinus}
        label={isMe ? t("members.leave") : t("members.remove", { name })}
        onPress={() => setAsking(true)}
      />
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={isMe ? t("members.leaveQuestion", { workspace }) : t("members.removeQuestion", { name })}
        text={t(isMe ? "members.leaveText" : "members.removeText")}
        action={t(isMe ? "members.leaveAction" : "members.removeAction")}
        onConfirm={leave}
      />
    </>
  );
}
