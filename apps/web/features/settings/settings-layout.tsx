// Settings: tabs that are addresses, and one page below them.
import { Link, Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useIsNarrow } from "~/app/use-is-narrow";
import { useMe } from "~/features/auth/account";
import { PageHeader } from "~/features/chat/chat-header";
import { useIsAtLeast } from "~/features/workspaces/current-workspace";
import { useCurrentInView } from "~/ui/use-current-in-view";

const TABS = [
  { to: "/settings/profile", key: "profile" },
  { to: "/settings/keys", key: "keys" },
  { to: "/settings/api-keys", key: "apiKeys" },
  { to: "/settings/gateway", key: "gateway" },
  { to: "/settings/workspace", key: "workspace" },
  { to: "/settings/members", key: "members" },
  { to: "/settings/budgets", key: "budgets" },
  { to: "/settings/audit", key: "audit", least: "admin" },
  { to: "/settings/appearance", key: "appearance" },
] as const;

const TAB =
  "-mb-px flex min-h-10 items-center border-b-2 border-transparent text-body whitespace-nowrap text-muted hover:text-fg max-md:min-h-11";

export function SettingsLayout() {
  const { user } = useMe();
  const { t } = useTranslation();
  const narrow = useIsNarrow();
  const isAdmin = useIsAtLeast("admin");
  const row = useCurrentInView();
  const tabs = TABS.filter((tab) => !("least" in tab) || isAdmin);
  return (
    <>
      {narrow && <PageHeader title={<span className="text-body font-semibold">{t("settings.title")}</span>} />}
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto w-full max-w-[900px] px-8 pt-9 pb-16 max-md:px-4 max-md:pt-4">
          <h1 className="text-page font-semibold max-md:sr-only">{t("settings.title")}</h1>
          <nav
            ref={row}
            aria-label={t("settings.title")}
            className="mt-4 mb-6 flex gap-4 overflow-x-auto border-b border-border px-0.5 pt-1 max-md:mt-0"
          >
            {tabs.map(({ to, key }) => (
              <Link
                key={key}
                to={to}
                className={TAB}
                activeProps={{ className: "!border-accent !text-fg font-medium" }}
              >
                {t(`settings.${key}`)}
              </Link>
            ))}
            {user.isOperator && (
              <Link to="/admin" className={TAB}>
                {t("admin.title")}
              </Link>
            )}
          </nav>
          <Outlet />
        </div>
      </div>
    </>
  );
}
