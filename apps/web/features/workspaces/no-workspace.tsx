// What somebody sees who is in no workspace: the last one was left or deleted.
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useSignOut } from "~/features/auth/account";
import { Button } from "~/ui/button";

const CreateWorkspaceForm = lazy(async () => ({ default: (await import("./create-workspace")).CreateWorkspaceForm }));

export function NoWorkspace() {
  const { t } = useTranslation();
  const signOut = useSignOut();
  return (
    <main className="flex h-full items-center justify-center p-6">
      <div className="w-full max-w-[400px]">
        <h1 className="text-page font-semibold">{t("workspace.noneTitle")}</h1>
        <p className="mt-1.5 text-ui text-muted">{t("workspace.none")}</p>
        <Suspense>
          <CreateWorkspaceForm />
        </Suspense>
        <Button variant="quiet" className="mt-6" onPress={() => signOut.mutate()}>
          {t("profile.signOut")}
        </Button>
      </div>
    </main>
  );
}
