// The sidebar: workspace, new chat, search, conversations, usage, settings and theme. On narrow screens it is a drawer.
import { Link } from "@tanstack/react-router";
import { Boxes, ChartNoAxesColumn, PenLine, Search, Settings } from "lucide-react";
import { lazy, Suspense } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { ConversationList } from "~/features/chat/conversation-list";
import { WorkspaceSwitcher } from "~/features/workspaces/workspace-switcher";
import { IS_MAC } from "./shortcuts";
import { ThemeSwitch } from "./theme-switch";
import { useUi } from "./ui-store";
import { useIsNarrow } from "./use-is-narrow";

const Drawer = lazy(() => import("~/ui/drawer"));

export function Sidebar() {
  const { t } = useTranslation();
  const narrow = useIsNarrow();
  const { drawerOpen, setDrawer } = useUi();
  if (!narrow) {
    return (
      <aside
        aria-label={t("app.sidebar")}
        className="flex w-[272px] shrink-0 flex-col border-r border-border bg-subtle"
      >
        <SidebarContent />
      </aside>
    );
  }
  if (!drawerOpen) return null;
  return (
    <Suspense>
      <Drawer label={t("app.sidebar")} onClose={() => setDrawer(false)}>
        <SidebarContent />
      </Drawer>
    </Suspense>
  );
}

function SidebarContent() {
  const { t } = useTranslation();
  const { setDrawer, setPalette } = useUi();
  const search = () => {
    setDrawer(false);
    setPalette(true);
  };
  const close = () => setDrawer(false);
  return (
    <>
      <div className="flex h-14 items-center gap-1 px-3">
        <WorkspaceSwitcher />
        <Link
          to="/"
          onClick={close}
          aria-label={t("chats.new")}
          title={t("chats.new")}
          className="inline-flex size-9 shrink-0 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-fg max-md:size-11"
        >
          <PenLine size={18} aria-hidden />
        </Link>
      </div>
      <div className="px-3">
        <Button
          onPress={search}
          className="flex h-9 w-full items-center gap-2.5 rounded-control border border-border-strong bg-bg px-3 text-ui text-fg-subtle hover:bg-sunken max-md:h-11"
        >
          <Search size={15} aria-hidden />
          {t("chats.search")}
          <kbd className="ml-auto rounded-chip border border-border px-1.5 font-sans text-caption max-md:hidden">
            {IS_MAC ? "⌘K" : "Ctrl K"}
          </kbd>
        </Button>
      </div>
      <ConversationList />
      <footer className="flex h-[53px] items-center gap-1 border-t border-border px-2">
        <Link
          to="/usage"
          onClick={close}
          activeProps={{ className: "text-accent" }}
          className="flex h-9 items-center gap-2.5 rounded-control px-2.5 text-ui hover:bg-sunken max-md:h-11"
        >
          <ChartNoAxesColumn size={17} aria-hidden />
          {t("usage.title")}
        </Link>
        <Link
          to="/models"
          onClick={close}
          aria-label={t("catalog.title")}
          title={t("catalog.title")}
          activeProps={{ className: "text-accent" }}
          className="ml-auto inline-flex size-9 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-fg max-md:size-11"
        >
          <Boxes size={17} aria-hidden />
        </Link>
        <Link
          to="/settings"
          onClick={close}
          aria-label={t("settings.title")}
          title={t("settings.title")}
          activeProps={{ className: "text-accent" }}
          className="inline-flex size-9 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-fg max-md:size-11"
        >
          <Settings size={17} aria-hidden />
        </Link>
        <ThemeSwitch />
      </footer>
    </>
  );
}
