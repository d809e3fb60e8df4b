// The app after signing in: sidebar, page, and what opens over them.
import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { meQuery } from "~/features/auth/account";
import { WorkspaceProvider } from "~/features/workspaces/current-workspace";
import { LiveProvider } from "./live";
import { PageFailed } from "./root-layout";
import { ShellSkeleton } from "./shell-skeleton";
import { OfflineBanner } from "./offline-banner";
import { useShortcuts } from "./shortcuts";
import { SignInRedirect } from "./sign-in-redirect";
import { Sidebar } from "./sidebar";
import { useUi } from "./ui-store";

const CommandPalette = lazy(() => import("~/features/palette/command-palette"));
const LinkQuestion = lazy(() => import("~/ui/link-question"));
const KeyboardHelp = lazy(() => import("~/features/palette/keyboard-help"));

export function AppLayout() {
  const me = useQuery(meQuery);
  if (me.error) return <PageFailed error={me.error} reset={() => void me.refetch()} />;
  if (me.data === undefined) return <ShellSkeleton />;
  if (me.data === null) return <SignInRedirect />;
  return (
    <LiveProvider key={me.data.user.id}>
      <WorkspaceProvider>
        <Shell />
      </WorkspaceProvider>
    </LiveProvider>
  );
}

function Shell() {
  const { t } = useTranslation();
  const { paletteOpen, keysOpen, linkToOpen } = useUi();
  useShortcuts();
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
