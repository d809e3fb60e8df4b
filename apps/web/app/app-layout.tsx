// The app after signing in: sidebar, page, and what opens over them.
import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { MeContext, meQuery } from "~/features/auth/account";
import { BudgetAlert } from "~/features/budgets/budget-alert";
import { prepareGrowing } from "~/features/chat/markdown/markdown";
import { WorkspaceProvider } from "~/features/workspaces/current-workspace";
import { LiveProvider } from "./live";
import { OfflineBanner } from "./offline-banner";
import { PageFailed } from "./root-layout";
import { ShellSkeleton } from "./shell-skeleton";
import { useShortcuts } from "./shortcuts";
import { Sidebar } from "./sidebar";
import { SignInRedirect } from "./sign-in-redirect";
import { useUi } from "./ui-store";

const loadPalette = () => import("~/features/palette/command-palette");
const CommandPalette = lazy(loadPalette);
const LinkQuestion = lazy(() => import("~/ui/link-question"));
const KeyboardHelp = lazy(() => import("~/features/palette/keyboard-help"));

/** After the first screen has settled, ms. */
const QUIET_MS = 1200;

/** What will soon be wanted is loaded while nothing else is to do, so that it opens at once. */
function loadBehind(): void {
  void prepareGrowing();
  void import("~/ui/menu-popup");
  void import("~/features/catalog/model-popup");
  void loadPalette();
}

export function AppLayout() {
  const me = useQuery(meQuery);
  if (me.error) return <PageFailed error={me.error} reset={() => void me.refetch()} />;
  if (me.data === undefined) return <ShellSkeleton />;
  if (me.data === null) return <SignInRedirect />;
  return (
    <MeContext value={me.data}>
      <LiveProvider key={me.data.user.id} accountId={me.data.user.id}>
        <WorkspaceProvider>
          <Shell />
        </WorkspaceProvider>
      </LiveProvider>
    </MeContext>
  );
}

function Shell() {
  const { t } = useTranslation();
  const { paletteOpen, keysOpen, linkToOpen } = useUi();
  useShortcuts();
  useEffect(() => {
    // Safari has no requestIdleCallback.
    const timer = setTimeout(loadBehind, QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="flex h-dvh">
      <a
        href="#main"
        className="sr-only rounded-control bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:absolute focus:z-50 focus:m-2"
      >
        {t("app.skip")}
      </a>
      <Sidebar />
      <div className="flex min-w-0 flex-1 flex-col">
        <OfflineBanner />
        <BudgetAlert />
        <main id="main" tabIndex={-1} className="no-ring flex min-h-0 flex-1 flex-col">
          <Outlet />
        </main>
      </div>
      <Suspense>
        {paletteOpen && <CommandPalette />}
        {keysOpen && <KeyboardHelp />}
        {linkToOpen !== null && <LinkQuestion />}
      </Suspense>
    </div>
  );
}
