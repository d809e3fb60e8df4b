// An audit log with its filters: what was done, by whom, when, and whether the log holds.
import { type AuditEvent, type AuditQuery, type AuditVerification, type Page } from "@parley/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";
import { Select } from "~/ui/select";
import { Loading, Skeleton } from "~/ui/skeleton";
import { AuditRow } from "./audit-row";
import { Verify } from "./verify";

const PAGE = 50;
const ALL = "all";

/** What an act may be about, as the texts name it. */
export type AuditSubject =
  | "account"
  | "session"
  | "workspace"
  | "member"
  | "invite"
  | "provider_key"
  | "api_key"
  | "conversation"
  | "budget"
  | "models"
  | "gateway"
  | "vault"
  | "queue"
  | "audit";

/** Where the events come from. */
export interface AuditSource {
  /** For the cache. */
  key: readonly string[];
  list: (query: AuditQuery) => Promise<Page<AuditEvent>>;
  verify: () => Promise<AuditVerification>;
}

export interface AuditLogProps {
  source: AuditSource;
  intro: string;
  subjects: readonly AuditSubject[];
  /** Who may be chosen, and whose names are known; others are shown by what the log holds of them. */
  people: readonly { id: string; name: string }[];
}

export function AuditLog({ source, intro, subjects, people }: AuditLogProps) {
  const { t } = useTranslation();
  const [about, setAbout] = useState(ALL);
  const [who, setWho] = useState(ALL);
  const [first, setFirst] = useState("");
  const [last, setLast] = useState("");
  const filter: AuditQuery = {
    ...(about !== ALL && { about: about as NonNullable<AuditQuery["about"]> }),
    ...(who !== ALL && { userId: who }),
    ...(first !== "" && { from: dayBegin(first, 0) }),
    ...(last !== "" && { to: dayBegin(last, 1) }),
  };
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-start justify-between gap-4">
        <p className="max-w-[52ch] text-ui text-muted">{intro}</p>
        <Verify verify={source.verify} />
      </div>
      <div className="grid grid-cols-4 gap-3 max-lg:grid-cols-2">
        <Select
          label={t("audit.about")}
          value={about}
          onChange={setAbout}
          options={[
            { value: ALL, text: t("audit.everything") },
            ...subjects.map((value) => ({ value: value as string, text: t(`audit.subjects.${value}`) })),
          ]}
        />
        <Select
          label={t("audit.who")}
          value={who}
          onChange={setWho}
          options={[
            { value: ALL, text: t("audit.anyone") },
            ...people.map(({ id, name }) => ({ value: id, text: name })),
          ]}
        />
        <Field label={t("audit.from")} type="date" value={first} onChange={setFirst} />
        <Field label={t("audit.to")} type="date" value={last} onChange={setLast} />
      </div>
      <Events source={source} filter={filter} names={new Map(people.map(({ id, name }) => [id, name]))} />
    </div>
  );
}

/** The beginning of a day here, so many days later. @param day `2026-11-28` */
function dayBegin(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

interface EventsProps {
  source: AuditSource;
  filter: AuditQuery;
  names: ReadonlyMap<string, string>;
}

function Events({ source, filter, names }: EventsProps) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ["audit", ...source.key, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      source.list({ ...filter, limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) }),
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
      <ol className="divide-y divide-border overflow-hidden rounded-card border border-border">
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
