// The sign-in provider's identities that are linked to the account, and how they are linked and unlinked.
import type { Identity } from "@parley/client";
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { IdCard } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, messageOf, queryClient } from "~/app/api";
import { instanceQuery, refreshMe, useMe } from "~/features/auth/account";
import { ProviderProblem } from "~/features/auth/provider-sign-in";
import { Button } from "~/ui/button";
import { Confirm } from "~/ui/confirm-lazy";
import { formatMoment } from "~/ui/dates";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";

const identitiesQuery = queryOptions({
  queryKey: ["identities"],
  queryFn: async (): Promise<Identity[]> => (await api.auth.identities.list()).data,
});

export function IdentityList() {
  const { t } = useTranslation();
  const { user } = useMe();
  const { data: instance } = useQuery(instanceQuery);
  const { data, error, isPending } = useQuery(identitiesQuery);
  const provider = instance?.signInProvider ?? null;
  // Where nobody can link anything there is nothing to say, but of what was linked once.
  if (provider === null && !data?.length) return null;
  const isLinked = data?.some(({ active }) => active) ?? false;
  return (
    <section aria-labelledby="identities-title">
      <h2 id="identities-title" className="text-h3 font-semibold">
        {t("oidc.title")}
      </h2>
      <ProviderProblem className="mt-3" />
      {isPending && (
        <Loading>
          <Skeleton className="mt-3 h-16 rounded-card" />
        </Loading>
      )}
      {error && <Notice tone="danger" className="mt-3" title={messageOf(error)} />}
      {data && data.length > 0 && (
        <ul className="mt-3 divide-y divide-border rounded-card border border-border">
          {data.map((identity) => (
            <IdentityRow key={identity.id} identity={identity} provider={provider} />
          ))}
        </ul>
      )}
      {!user.hasPassword && provider !== null && (
        <p className="mt-3 text-ui text-muted">
          {t("oidc.noPassword", { name: provider })}{" "}
          {instance?.passwordSignIn && (
            <Link to="/forgot" className="font-medium text-accent underline">
              {t("oidc.setPassword")}
            </Link>
          )}
        </p>
      )}
      {data && !isLinked && provider !== null && <LinkProvider provider={provider} />}
    </section>
  );
}

function LinkProvider({ provider }: { provider: string }) {
  const { t } = useTranslation();
  // The page is left: the provider sends the browser back here.
  const link = useMutation({
    mutationFn: () => api.auth.identities.link(),
    onSuccess: ({ url }) => location.assign(url),
  });
  return (
    <div className="mt-3 flex flex-wrap items-center justify-between gap-3">
      <p className="text-ui text-muted">{t("oidc.none", { name: provider })}</p>
      <Button onPress={() => link.mutate()} isDisabled={link.isPending || link.isSuccess}>
        {t("oidc.link", { name: provider })}
      </Button>
      {link.error && <Notice tone="danger" className="basis-full" title={messageOf(link.error)} />}
    </div>
  );
}

function IdentityRow({ identity, provider }: { identity: Identity; provider: string | null }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const { id, issuer, active, email, lastUsedAt } = identity;
  const name = active && provider !== null ? provider : new URL(issuer).host;
  const unlink = async () => {
    await api.auth.identities.unlink(id);
    await queryClient.invalidateQueries({ queryKey: identitiesQuery.queryKey });
    await refreshMe();
  };
  const state = active ? (email === null ? t("oidc.linked") : t("oidc.linkedAs", { email })) : t("oidc.inactive");
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <IdCard size={18} aria-hidden className="text-muted" />
      <div className="min-w-0 flex-1">
        <p className="truncate text-ui font-medium">{name}</p>
        <p className="text-meta break-words text-muted">
          {state} · {t("oidc.lastUsed", { time: formatMoment(lastUsedAt) })}
        </p>
      </div>
      <Button aria-label={t("oidc.unlinkNamed", { name })} onPress={() => setAsking(true)}>
        {t("oidc.unlink")}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t("oidc.unlinkTitle", { name })}
        text={t("oidc.unlinkText")}
        action={t("oidc.unlink")}
        onConfirm={unlink}
      />
    </li>
  );
}
