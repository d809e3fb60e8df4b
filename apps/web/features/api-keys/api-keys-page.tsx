// Settings → API keys.
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { useTitle } from "~/ui/use-title";
import { ApiKeyRow } from "./api-key-row";
import { useApiKeys } from "./api-keys";
import { CreateKeyDialog } from "./create-key-dialog";

export function ApiKeysPage() {
  const { t } = useTranslation();
  useTitle(t("settings.apiKeys"));
  const [creating, setCreating] = useState(false);
  return (
    <section aria-label={t("settings.apiKeys")}>
      <div className="flex items-start justify-between gap-6 max-md:flex-col max-md:gap-3">
        <p className="max-w-[60ch] text-ui text-muted">{t("apiKeys.intro")}</p>
        <Button variant="primary" icon={Plus} onPress={() => setCreating(true)}>
          {t("apiKeys.create")}
        </Button>
      </div>
      <KeyList />
      <CreateKeyDialog open={creating} onOpenChange={setCreating} />
    </section>
  );
}

function KeyList() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useApiKeys();
  if (isPending) {
    return (
      <Loading>
        <Skeleton className="mt-6 h-[176px] rounded-card" />
      </Loading>
    );
  }
  if (error) {
    return (
      <Notice
        tone="danger"
        className="mt-6"
        title={messageOf(error)}
        action={<Button onPress={() => void refetch()}>{t("action.tryAgain")}</Button>}
      />
    );
  }
  if (data.length === 0) {
    return (
      <p className="mt-6 rounded-card border border-dashed border-border-strong p-8 text-center text-ui text-muted">
        {t("apiKeys.none")}
      </p>
    );
  }
  return (
    <>
      <ul className="mt-6 divide-y divide-border rounded-card border border-border">
        {data.map((key) => (
          <ApiKeyRow key={key.id} apiKey={key} />
        ))}
      </ul>
      {hasNextPage && (
        <Button className="mt-3" isDisabled={isFetchingNextPage} onPress={() => void fetchNextPage()}>
          {t("apiKeys.more")}
        </Button>
      )}
    </>
  );
}
