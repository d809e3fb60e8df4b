// The operator's pages of the instance; for everybody else there is no such page.
import { Link, Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { NoSuchPage } from "~/app/root-layout";
import { useIsNarrow } from "~/app/use-is-narrow";
import { useMe } from "~/features/auth/account";
import { PageHeader } from "~/features/chat/chat-header";
import { useCurrentInView } from "~/ui/use-current-in-view";
import { useTitle } from "~/ui/use-title";

const TABS = [
  { to: "/admin/accounts", key: "accounts" },
  { to: "/admin/workspaces", key: "workspaces" },
  { to: "/admin/budgets", key: "budgets" },
  { to: "/admin/vault", key: "vault" },
  { to: "/admin/audit", key: "audit" },
  { to: "/admin/settings", key: "settings" },
] as const;
const TAB =
  "-mb-px flex min-h-10 items-center border-b-2 border-transparent text-body whitespace-nowrap text-muted hover:text-fg max-md:min-h-11";

export function AdminLayout() {
  const { t } = useTranslation();
  const narrow = useIsNarrow();
  const { user } = useMe();
  const row = useCurrentInView();
  useTitle(t("admin.title"));
  if (!user.isOperator) return <NoSuchPage />;
  return (
    <>
      {narrow && <PageHeader title={<span className="text-body font-semibold">{t("admin.title")}</span>} />}
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto w-full max-w-[960px] px-8 pt-9 pb-16 max-md:px-4 max-md:pt-4">
          <h1 className="text-page font-semibold max-md:sr-only">{t("admin.title")}</h1>
          <nav
            ref={row}
            aria-label={t("admin.title")}
            className="mt-4 mb-6 flex gap-5 overflow-x-auto border-b border-border px-0.5 pt-1 max-md:mt-0"
          >
            {TABS.map(({ to, key }) => (
              <Link
                key={key}
                to={to}
                className={TAB}
                activeProps={{ className: "!border-accent !text-fg font-medium" }}
              >
                {t(`admin.${key}`)}
              </Link>
            ))}
            <a href="/admin/queues" className={TAB}>
              {t("admin.queues")}
            </a>
          </nav>
          <Outlet />
        </div>
      </div>
    </>
  );
}
