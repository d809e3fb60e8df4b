// Settings → Gateway: the address for programs, kept answers, the way to the request log, and snippets that work as they are.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { instanceQuery } from "~/features/auth/account";
import { useModelSettings } from "~/features/catalog/models";
import { CopyButton } from "~/features/chat/copy-button";
import { CodeBlock } from "~/features/chat/markdown/code-block";
import { useWorkspace } from "~/features/workspaces/current-workspace";
import { Loading, Skeleton } from "~/ui/skeleton";
import { useTitle } from "~/ui/use-title";
import { AnswerCache } from "./answer-cache";
import { RequestLogSection } from "./request-log-section";
import { snippets } from "./snippets";

export function GatewayPage() {
  const { t } = useTranslation();
  useTitle(t("settings.gateway"));
  const { id } = useWorkspace();
  const baseUrl = `${window.location.origin}/v1`;
  return (
    <section aria-label={t("settings.gateway")}>
      <p className="max-w-[60ch] text-ui text-muted">{t("gateway.intro")}</p>
      <dl className="mt-6 rounded-card border border-border p-4">
        <dt className="text-ui font-medium">{t("gateway.baseUrl")}</dt>
        <dd className="mt-1 flex items-center justify-between gap-3">
          <code className="min-w-0 font-mono text-ui break-all">{baseUrl}</code>
          <CopyButton text={baseUrl} />
        </dd>
      </dl>
      <p className="mt-4 max-w-[60ch] text-ui text-muted">
        {t("gateway.key")}{" "}
        <Link to="/settings/api-keys" className="font-medium text-accent underline">
          {t("gateway.createKey")}
        </Link>
      </p>
      <AnswerCache key={id} />
      <RequestLogSection />
      <Snippets baseUrl={baseUrl} />
    </section>
  );
}

function Snippets({ baseUrl }: { baseUrl: string }) {
  const { t } = useTranslation();
  const { data: instance, isPending } = useQuery(instanceQuery);
  const settings = useModelSettings();
  if (isPending || settings.isPending) {
    return (
      <Loading>
        <Skeleton className="mt-8 h-[240px] rounded-card" />
      </Loading>
    );
  }
  // The server's own choice may not be allowed here.
  const model = settings.data?.effectiveDefault ?? instance?.defaultModel ?? "anthropic/claude-haiku-4.5";
  return snippets(baseUrl, model).map(({ id, language, code }) => (
    <section key={id} className="mt-8" aria-labelledby={`snippet-${id}`}>
      <h2 id={`snippet-${id}`} className="text-h3 font-semibold">
        {t(`gateway.snippet.${id}`)}
      </h2>
      <div className="md mt-2">
        <CodeBlock code={code} language={language} open={false} />
      </div>
    </section>
  ));
}
