// Settings → Audit log: what was done, by whom, and whether the log holds.
import { type AuditEvent, type AuditQuery, allOf, type Member } from "@parley/client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { Button } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { Select } from "~/ui/select";
import { Loading, Skeleton } from "~/ui/skeleton";
import { useTitle } from "~/ui/use-title";
import { AuditRow } from "./audit-row";
import { Verify } from "./verify";

const PAGE = 50;
const ALL = "all";
/** What acts of a workspace are about. */
const SUBJECTS = [
  "workspace",
  "member",
  "invite",
  "provider_key",
  "api_key",
  "conversation",
  "budget",
  "models",
  "gateway",
  "vault",
] as const;

export function AuditPage() {
  const { t } = useTranslation();
  useTitle(t("settings.audit"));
  const [about, setAbout] = useState(ALL);
  const [who, setWho] = useState(ALL);
  const filter: AuditQuery = {
    ...(about !== ALL && { about: about as NonNullable<AuditQuery["about"]> }),
    ...(who !== ALL && { userId: who }),
  };
  const members = useMembers();
  const names = new Map(members?.map(({ userId, name }) => [userId, name]));
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-start justify-between gap-4">
        <p className="max-w-[52ch] text-ui text-muted">{t("audit.intro")}</p>
        <Verify />
      </div>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(180px,1fr))] gap-3 sm:max-w-[440px]">
        <Select
          label={t("audit.about")}
          value={about}
          onChange={setAbout}
          options={[
            { value: ALL, text: t("audit.everything") },
            ...SUBJECTS.map((value) => ({ value: value as string, text: t(`audit.subjects.${value}`) })),
          ]}
        />
        <Select
          label={t("audit.who")}
          value={who}
          onChange={setWho}
          options={[
            { value: ALL, text: t("audit.anyone") },
            ...(members ?? []).map(({ userId, name }) => ({ value: userId, text: name })),
          ]}
        />
      </div>
      <Events filter={filter} names={names} />
    </div>
  );
}

/** Members by name; those who have left are shown by what the log holds of them. */
function useMembers(): Member[] | undefined {
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  const { data } = useQuery({
    queryKey: ["members", id],
    queryFn: async () => {
      const members: Member[] = [];
      for await (const member of allOf((query) => client.members.list(query))) members.push(member);
      return members;
    },
  });
  return data;
}

function Events({ filter, names }: { filter: AuditQuery; names: ReadonlyMap<string, string> }) {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  const query = useInfiniteQuery({
    queryKey: ["audit", id, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      client.audit.list({ ...filter, limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    staleTime: 0,
  });
  const events: AuditEvent[] | undefined = query.data?.pages.flatMap((page) => page.data);
  if (query.isPending) {
    return (
      <Loading>
        <Skeleton className="h-64 rounded-card" />
      </Loading>
    );
  }
  if (query.error) {
    return (
      <Notice
        tone="danger"
        title={messageOf(query.error)}
        action={<Button onPress={() => void query.refetch()}>{t("action.tryAgain")}</Button>}
      />
    );
  }
  if (!events?.length) {
    const text = Object.keys(filter).length > 0 ? "audit.noneFound" : "audit.none";
    return <p className="py-8 text-center text-body text-muted">{t(text)}</p>;
  }
  return (
    <>
      <ol className="divide-y divide-border rounded-card border border-border">
        {events.map((event) => (
          <AuditRow key={event.seq} event={event} names={names} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button className="self-start" onPress={() => void query.fetchNextPage()} isDisabled={query.isFetchingNextPage}>
          {t("audit.more")}
        </Button>
      )}
    </>
  );
}
