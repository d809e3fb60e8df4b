// Signing in through the provider: the button that leads there, and why it did not work.
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { oidcTexts } from "~/app/en-oidc";
import { ButtonLink } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { instanceQuery } from "./account";

type Problem = keyof typeof oidcTexts.oidcProblems;

/** Leads to the provider, and back to `next`. @param or says so, when it stands below another way */
export function ProviderSignIn({ next, invite, or = false }: { next?: string; invite?: string; or?: boolean }) {
  const { t } = useTranslation();
  const { data: instance } = useQuery(instanceQuery);
  if (!instance?.signInProvider) return null;
  const query = new URLSearchParams({ ...(next !== undefined && { next }), ...(invite !== undefined && { invite }) });
  return (
    <div className="mt-4 flex flex-col gap-4">
      {or && (
        <p className="flex items-center gap-3 text-meta text-muted before:h-px before:flex-1 before:bg-border after:h-px after:flex-1 after:bg-border">
          {t("oidc.or")}
        </p>
      )}
      <ButtonLink variant={or ? "plain" : "primary"} href={`/api/v1/auth/oidc/start?${query}`}>
        {t("oidc.continue", { name: instance.signInProvider })}
      </ButtonLink>
    </div>
  );
}

/** What the server said when it sent the browser back here, if it did. */
export function ProviderProblem({ className = "mt-5" }: { className?: string }) {
  const { t } = useTranslation();
  const { problem } = useSearch({ strict: false }) as { problem?: string };
  const { data: instance } = useQuery(instanceQuery);
  if (problem === undefined || !instance) return null;
  const told = problem === "account_exists" && !instance.passwordSignIn ? "account_exists_only" : problem;
  const known: Problem = Object.hasOwn(oidcTexts.oidcProblems, told) ? (told as Problem) : "other";
  const name = instance.signInProvider ?? "";
  return <Notice tone="danger" className={className} title={t(`oidcProblems.${known}`, { name })} />;
}
