// Invitations: an admin makes a link, shown this once, and can take back those that are still open.
import { allOf, type CreatedInvite, type Invite, type Role } from "@parley/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Check, Copy, Link2, Mail, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { fieldErrors, messageOf, queryClient } from "~/app/api";
import { instanceQuery } from "~/features/auth/account";
import { Button, IconButton } from "~/ui/button";
import { formatDay } from "~/ui/dates";
import { Field } from "~/ui/field";
import { FormNotice } from "~/ui/form-notice";
import { Notice } from "~/ui/notice";
import { Select } from "~/ui/select";
import { useCopy } from "~/ui/use-copy";
import { useWorkspace, useWorkspaceClient } from "./current-workspace";

/** Owners are made of members, not invited. */
const INVITED: Role[] = ["admin", "member", "viewer"];

const DAYS = ["1", "7", "30"] as const;
type Days = (typeof DAYS)[number];

function keyOf(workspaceId: string): readonly unknown[] {
  return ["invites", workspaceId];
}

export function Invites() {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  const { data, error } = useQuery({
    queryKey: keyOf(id),
    // They are used while this page is in the background.
    refetchOnWindowFocus: "always",
    queryFn: async () => {
      const invites: Invite[] = [];
      for await (const invite of allOf((query) => client.invites.list(query))) invites.push(invite);
      return invites;
    },
  });
  return (
    <section aria-labelledby="invites-title">
      <h2 id="invites-title" className="text-h3 font-semibold">
        {t("invites.title")}
      </h2>
      <p className="mt-1 text-ui text-muted">{t("invites.text")}</p>
      <InviteForm />
      {error && <Notice tone="danger" className="mt-3" title={messageOf(error)} />}
      {data && data.length > 0 && (
        <ul aria-label={t("invites.open")} className="mt-4 divide-y divide-border rounded-card border border-border">
          {data.map((invite) => (
            <InviteRow key={invite.id} invite={invite} />
          ))}
        </ul>
      )}
    </section>
  );
}

function InviteForm() {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  const { data: instance } = useQuery(instanceQuery);
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("member");
  const [days, setDays] = useState<Days>("7");
  const create = useMutation({
    mutationFn: () =>
      client.invites.create({ role, expiresInDays: Number(days), ...(email.trim() !== "" && { email: email.trim() }) }),
    onSuccess: () => {
      setEmail("");
      return queryClient.invalidateQueries({ queryKey: keyOf(id) });
    },
  });
  const errors = fieldErrors(create.error);
  const byMail = instance?.mail === true && email.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <>
      <Form onSubmit={submit} className="mt-3 flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1 basis-64">
          <Field
            label={t("invites.email")}
            description={t(instance?.mail ? "invites.emailMailed" : "invites.emailBound")}
            type="email"
            autoComplete="off"
            value={email}
            onChange={setEmail}
            maxLength={254}
            error={errors["email"]}
          />
        </div>
        <Select
          label={t("invites.role")}
          value={role}
          onChange={setRole}
          options={INVITED.map((name) => ({ value: name, text: t(`roles.${name}`) }))}
        />
        <Select
          label={t("invites.expiry")}
          value={days}
          onChange={setDays}
          options={DAYS.map((count) => ({ value: count, text: t("invites.days", { count: Number(count) }) }))}
        />
        <Button
          type="submit"
          icon={byMail ? Mail : Link2}
          className="mt-[26px] max-md:mt-0"
          isDisabled={create.isPending}
        >
          {t(byMail ? "invites.send" : "invites.create")}
        </Button>
      </Form>
      <FormNotice error={create.error} fields={["email"]} className="mt-3" />
      {create.data && <NewLink invite={create.data} />}
    </>
  );
}

function NewLink({ invite }: { invite: CreatedInvite }) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy();
  const link = `${location.origin}/register#invite=${encodeURIComponent(invite.token)}`;
  return (
    <div
      role="status"
      className="mt-3 flex flex-wrap items-center gap-3 rounded-code border border-border bg-subtle p-3"
    >
      <code className="min-w-0 flex-1 basis-64 font-mono text-meta break-all">{link}</code>
      <Button icon={copied ? Check : Copy} onPress={() => copy(link)}>
        {t(copied ? "action.copied" : "invites.copy")}
      </Button>
      <p className="basis-full text-meta text-muted">
        {invite.mailed && `${t("invites.mailed", { email: invite.email })} `}
        {t("invites.once", { day: formatDay(invite.expiresAt) })}
      </p>
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
