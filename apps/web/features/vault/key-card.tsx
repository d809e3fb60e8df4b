// On the start page, while there is no key: the way to real models, beside the demo.
import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { instanceQuery } from "~/features/auth/account";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { Button } from "~/ui/button";
import { useOwnKey } from "./provider-keys";

const AddKeyDialog = lazy(() => import("./add-key-dialog"));

export function KeyCard() {
  const { t } = useTranslation();
  const { data: instance } = useQuery(instanceQuery);
  const mayManage = useIsAtLeast("admin");
  const demo = instance?.demo === true;
  const withoutKey = demo || instance?.sharedKey === false;
  const ownKey = useOwnKey({ enabled: withoutKey });
  const [adding, setAdding] = useState(false);
  if (!withoutKey || ownKey !== false) return null;
  return (
    <section className="mt-6 flex w-full flex-wrap items-center gap-x-4 gap-y-3 rounded-card border border-border bg-subtle px-5 py-4 text-left">
      <KeyRound size={20} aria-hidden className="shrink-0 text-accent" />
      <div className="min-w-0 flex-1 basis-64">
        <h2 className="text-body font-semibold">
          {t(mayManage ? "keyCard.title" : demo ? "keyCard.memberTitle" : "keyCard.noKeyTitle")}
        </h2>
        <p className="text-meta text-muted">
          {t(`keyCard.${mayManage ? "text" : "memberText"}.${demo ? "demo" : "none"}`)}
        </p>
      </div>
      {mayManage && <Button onPress={() => setAdding(true)}>{t("keyCard.add")}</Button>}
      {adding && (
        <Suspense>
          <AddKeyDialog open onOpenChange={setAdding} />
        </Suspense>
      )}
    </section>
  );
}
