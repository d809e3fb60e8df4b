// Settings → Members: who is in the workspace, invitations, and what each role may do.
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { useTitle } from "~/ui/use-title";
import { useIsAtLeast } from "./current-workspace";
import { Invites } from "./invites";
import { MemberRow } from "./member-row";
import { useMembers } from "./membership";
import { RolesTable } from "./roles-table";

export function MembersPage() {
  const { t } = useTranslation();
  useTitle(t("settings.members"));
  const mayInvite = useIsAtLeast("admin");
  return (
    <div className="flex flex-col gap-10">
      <Members />
      {mayInvite && <Invites />}
      <RolesTable />
    </div>
  );
}

function Members() {
  const { t } = useTranslation();
  const { data, error, isPending } = useMembers();
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
            <MemberRow key={member.userId} member={member} members={data} />
          ))}
        </ul>
      )}
    </section>
  );
}
