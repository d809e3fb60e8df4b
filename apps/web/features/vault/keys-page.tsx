// Settings → Provider keys.
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { Button } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { Loading, Skeleton } from "~/ui/skeleton";
import { useTitle } from "~/ui/use-title";
import AddKeyDialog from "./add-key-dialog";
import { keyStates, moveKey } from "./key-order";
import { KeyRow } from "./key-row";
import { useKeyActions, useProviderKeys } from "./provider-keys";
import { WorkspaceKey } from "./workspace-key";

export function KeysPage() {
  const { t } = useTranslation();
  useTitle(t("settings.keys"));
  const mayManage = useIsAtLeast("admin");
  const [adding, setAdding] = useState(false);
  if (!mayManage) return <Notice tone="info" title={t("keys.askAdmin")} />;
  return (
    <section aria-label={t("settings.keys")}>
      <div className="flex items-start justify-between gap-6 max-md:flex-col max-md:gap-3">
        <p className="max-w-[60ch] text-ui text-muted">{t("keys.intro")}</p>
        <Button variant="primary" icon={Plus} onPress={() => setAdding(true)}>
          {t("keys.add")}
        </Button>
      </div>
      <KeyList />
      <WorkspaceKey />
      <AddKeyDialog open={adding} onOpenChange={setAdding} />
    </section>
  );
}

function KeyList() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useProviderKeys();
  const { reorder } = useKeyActions();
  if (isPending) {
    return (
      <Loading>
        <Skeleton className="mt-6 h-[146px] rounded-card" />
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
        {t("keys.none")}
      </p>
    );
  }
  const states = keyStates(data);
  const move = (id: string, by: -1 | 1) => () => reorder.mutate(moveKey(data, id, by));
  return (
    <>
      <ul aria-label={t("settings.keys")} className="mt-6 divide-y divide-border rounded-card border border-border">
        {data.map((key, index) => (
          <KeyRow
            key={key.id}
            providerKey={key}
            state={states.get(key.id) ?? "off"}
            onEarlier={index > 0 ? move(key.id, -1) : undefined}
            onLater={index < data.length - 1 ? move(key.id, 1) : undefined}
          />
        ))}
      </ul>
      {reorder.error && <Notice tone="danger" className="mt-3" title={messageOf(reorder.error)} />}
      {data.length > 1 && <p className="mt-3 text-meta text-muted">{t("keys.firstIsUsed")}</p>}
    </>
  );
}
