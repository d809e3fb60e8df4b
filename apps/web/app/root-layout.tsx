// Around every page: what to show when there is no such page, or when one breaks.
import { Link, Outlet, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button } from "~/ui/button";
import { useTitle } from "~/ui/use-title";
import { messageOf } from "./api";

export function RootLayout() {
  return <Outlet />;
}

export function NotFoundPage() {
  return (
    <main className="h-full">
      <NoSuchPage />
    </main>
  );
}

/** The same inside of the app's frame. */
export function NoSuchPage() {
  const { t } = useTranslation();
  useTitle(t("error.noPage"));
  return (
    <div className="flex h-full flex-col items-center justify-center gap-4 p-6 text-center">
      <h1 className="text-page font-semibold">{t("error.noPage")}</h1>
      <Link to="/" className="text-ui font-medium text-accent underline">
        {t("error.toStart")}
      </Link>
    </div>
  );
}

/** A page that threw: says what, and tries again. */
export function PageFailed({ error, reset }: { error: unknown; reset?: () => void }) {
  const { t } = useTranslation();
  const router = useRouter();
  const again = () => {
    reset?.();
    void router.invalidate();
  };
  return (
    <main className="flex h-full flex-col items-center justify-center gap-3 p-6 text-center">
      <h1 className="text-page font-semibold">{t("error.pageFailed")}</h1>
      <p role="alert" className="max-w-[60ch] text-ui text-muted">
        {messageOf(error)}
      </p>
      <Button variant="primary" onPress={again}>
        {t("action.tryAgain")}
      </Button>
    </main>
  );
}
