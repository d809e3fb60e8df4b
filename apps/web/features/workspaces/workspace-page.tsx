// Settings → Workspace: its name and its members.
import { allOf, type Member } from "@parley/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { fieldErrors, messageOf, queryClient } from "~/app/api";
import { meQuery, useMe } from "~/features/auth/account";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { formatDay } from "~/ui/dates";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { useTitle } from "~/ui/use-title";
import { useIsAtLeast, useWorkspace, useWorkspaceClient } from "./current-workspace";
import { Invites } from "./invites";

export function WorkspacePage() {
  const { t } = useTranslation();
  useTitle(t("settings.workspace"));
  const { id } = useWorkspace();
  const mayInvite = useIsAtLeast("admin");
  return (
    <div className="flex flex-col gap-10">
      <RenameForm key={id} />
      <Members />
      {mayInvite && <Invites />}
    </div>
  );
}

function RenameForm() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const client = useWorkspaceClient();
  const mayRename = useIsAtLeast("admin");
  const [name, setName] = useState(workspace.name);
  const rename = useMutation({
    mutationFn: () => client.update({ name: name.trim() }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
  const errors = fieldErrors(rename.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <section aria-label={t("settings.workspace")}>
      <Form onSubmit={submit} className="flex items-start gap-3">
        <div className="flex-1">
          <Field
            label={t("workspace.name")}
            value={name}
            onChange={setName}
            isRequired
            isDisabled={!mayRename}
            maxLength={100}
            error={errors["name"]}
          />
        </div>
        {mayRename && (
          <Button
            type="submit"
            variant="primary"
            className="mt-[26px]"
            isDisabled={rename.isPending || name.trim() === "" || name.trim() === workspace.name}
          >
            {t("action.save")}
          </Button>
        )}
      </Form>
      {rename.error && Object.keys(errors).length === 0 && (
        <Notice tone="danger" className="mt-3" title={messageOf(rename.error)} />
      )}
    </section>
  );
}

function Members() {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  const { data, error, isPending } = useQuery({
    queryKey: ["members", id],
    queryFn: async () => {
      const members: Member[] = [];
      for await (const member of allOf((query) => client.members.list(query))) members.push(member);
      return members;
    },
  });
  return (
    <section aria-labelledby="members-title">
      <h2 id="members-title" className="text-h3 font-semibold">
        {t("members.title")}
      </h2>
      {isPending && (
        <Loading>
          <Skeleton className="mt-3 h-16 rounded-card" />
        </Loading>
      )}
      {error && <Notice tone="danger" className="mt-3" title={messageOf(error)} />}
      {data && (
        <ul className="mt-3 divide-y divide-border rounded-card border border-border">
          {data.map((member) => (
            <MemberRow key={member.userId} member={member} />
          ))}
        </ul>
      )}
    </section>
  );
}

function MemberRow({ member }: { member: Member }) {
  const { t } = useTranslation();
  const { user } = useMe();
  return (
    <li className="flex items-center gap-4 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="truncate text-ui font-medium">
          {member.name}
          {member.userId === user.id && <span className="font-normal text-muted"> · {t("members.you")}</span>}
        </p>
        <p className="truncate text-meta text-muted">{member.email}</p>
      </div>
      <span className="text-meta text-fg-subtle max-sm:hidden">
        {t("members.since", { day: formatDay(member.createdAt) })}
      </span>
      <Badge tone={member.role === "owner" ? "accent" : "neutral"}>{t(`roles.${member.role}`)}</Badge>
    </li>
  );
}
