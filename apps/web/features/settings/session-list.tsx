// The browsers that are signed in; each other one can be signed out from here.
import type { Session } from "@parley/client";
import { useQuery } from "@tanstack/react-query";
import { Monitor } from "lucide-react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { sessionsQuery, useRevokeOtherSessions, useRevokeSession } from "~/features/auth/account";
import { Badge } from "~/ui/badge";
import { Button } from "~/ui/button";
import { formatMoment } from "~/ui/dates";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { browserOf } from "./browser-name";

export function SessionList() {
  const { t } = useTranslation();
  const { data, error, isPending } = useQuery(sessionsQuery);
  const others = useRevokeOtherSessions();
  return (
    <section aria-labelledby="sessions-title">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="sessions-title" className="text-h3 font-semibold">
          {t("sessions.title")}
        </h2>
        {data && data.length > 1 && (
          <Button onPress={() => others.mutate()} isDisabled={others.isPending}>
            {t("sessions.revokeOthers")}
          </Button>
        )}
      </div>
      {others.error && <Notice tone="danger" className="mt-3" title={messageOf(others.error)} />}
      {isPending && (
        <Loading>
          <Skeleton className="mt-3 h-16 rounded-card" />
        </Loading>
      )}
      {error && <Notice tone="danger" className="mt-3" title={messageOf(error)} />}
      {data && (
        <ul className="mt-3 divide-y divide-border rounded-card border border-border">
          {data.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      )}
    </section>
  );
}

function SessionRow({ session }: { session: Session }) {
  const { t } = useTranslation();
  const revoke = useRevokeSession();
  const name = browserOf(session.userAgent) ?? t("sessions.unknown");
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <Monitor size={18} aria-hidden className="text-muted" />
      <div className="min-w-0 flex-1">
        <p className="truncate text-ui font-medium">{name}</p>
        <p className="text-meta text-muted">
          {t("sessions.times", { since: formatMoment(session.createdAt), seen: formatMoment(session.lastSeenAt) })}
        </p>
      </div>
      {session.current ? (
        <Badge tone="success">{t("sessions.current")}</Badge>
      ) : (
        <Button
          aria-label={t("sessions.revokeNamed", { name })}
          onPress={() => revoke.mutate(session.id)}
          isDisabled={revoke.isPending}
        >
          {t("sessions.revoke")}
        </Button>
      )}
      {revoke.error && <Notice tone="danger" className="basis-full" title={messageOf(revoke.error)} />}
    </li>
  );
}
