// The addresses of the app. Pages that are not the chat are loaded when they are first visited.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { usageSearch } from "~/features/analytics/usage-search";
import { ChatPage } from "~/features/chat/chat-page";
import { NewChatPage } from "~/features/chat/new-chat-page";
import { logSearch } from "~/features/gateway/request-log-search";
import { AppLayout } from "./app-layout";
import { NotFoundPage, PageFailed, RootLayout } from "./root-layout";

const rootRoute = createRootRoute({
  component: RootLayout,
  notFoundComponent: NotFoundPage,
  errorComponent: PageFailed,
});

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Why signing in through the provider did not work; the server sends browsers back with it. */
function problemOf(search: Record<string, unknown>): { problem?: string } {
  const problem = text(search["problem"]);
  return problem === undefined ? {} : { problem };
}

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  component: lazyRouteComponent(() => import("~/features/auth/login-page"), "LoginPage"),
  validateSearch: (search: Record<string, unknown>): { next?: string; problem?: string } => {
    const next = text(search["next"]);
    return { ...problemOf(search), ...(next !== undefined && { next }) };
  },
});

const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/register",
  component: lazyRouteComponent(() => import("~/features/auth/register-page"), "RegisterPage"),
  validateSearch: (search: Record<string, unknown>): { invite?: string; problem?: string } => {
    const invite = text(search["invite"]);
    return { ...problemOf(search), ...(invite !== undefined && { invite }) };
  },
});

const forgotRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/forgot",
  component: lazyRouteComponent(() => import("~/features/auth/forgot-page"), "ForgotPage"),
});

const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/reset",
  component: lazyRouteComponent(() => import("~/features/auth/reset-page"), "ResetPage"),
});

const appRoute = createRoute({ getParentRoute: () => rootRoute, id: "app", component: AppLayout });
const newChatRoute = createRoute({ getParentRoute: () => appRoute, path: "/", component: NewChatPage });
const chatRoute = createRoute({ getParentRoute: () => appRoute, path: "/c/$conversationId", component: ChatPage });

const usageRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/usage",
  validateSearch: usageSearch,
  component: lazyRouteComponent(() => import("~/features/analytics/usage-page"), "UsagePage"),
});

const modelsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/models",
  component: lazyRouteComponent(() => import("~/features/catalog/models-page"), "ModelsPage"),
});

const settingsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("~/features/settings/settings-layout"), "SettingsLayout"),
});

const settingsStart = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/profile", replace: true });
  },
});

const profileRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/profile",
  component: lazyRouteComponent(() => import("~/features/settings/profile-page"), "ProfilePage"),
  validateSearch: problemOf,
});

const keysRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/keys",
  component: lazyRouteComponent(() => import("~/features/vault/keys-page"), "KeysPage"),
});

const apiKeysRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/api-keys",
  component: lazyRouteComponent(() => import("~/features/api-keys/api-keys-page"), "ApiKeysPage"),
});

const gatewayRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/gateway",
  component: lazyRouteComponent(() => import("~/features/gateway/gateway-page"), "GatewayPage"),
});

const requestLogRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/gateway/log",
  validateSearch: logSearch,
  component: lazyRouteComponent(() => import("~/features/gateway/request-log-page"), "RequestLogPage"),
});

const loggedCallRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/gateway/log/$logId",
  // For the way back.
  validateSearch: logSearch,
  component: lazyRouteComponent(() => import("~/features/gateway/logged-call-page"), "LoggedCallPage"),
});

const workspaceRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/workspace",
  component: lazyRouteComponent(() => import("~/features/workspaces/workspace-page"), "WorkspacePage"),
});

const membersRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/members",
  component: lazyRouteComponent(() => import("~/features/workspaces/members-page"), "MembersPage"),
});

const budgetsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/budgets",
  component: lazyRouteComponent(() => import("~/features/budgets/budgets-page"), "BudgetsPage"),
});

const auditRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/audit",
  component: lazyRouteComponent(() => import("~/features/audit/audit-page"), "AuditPage"),
});

const appearanceRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/appearance",
  component: lazyRouteComponent(() => import("~/features/settings/appearance-page"), "AppearancePage"),
});

const settingsRoutes = [
  settingsStart,
  profileRoute,
  keysRoute,
  apiKeysRoute,
  gatewayRoute,
  requestLogRoute,
  loggedCallRoute,
  workspaceRoute,
  membersRoute,
  budgetsRoute,
  auditRoute,
  appearanceRoute,
];

const adminRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/admin",
  component: lazyRouteComponent(() => import("~/features/admin/admin-layout"), "AdminLayout"),
});

const adminStart = createRoute({
  getParentRoute: () => adminRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/admin/accounts", replace: true });
  },
});

const accountsRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: "/accounts",
  component: lazyRouteComponent(() => import("~/features/admin/accounts-page"), "AccountsPage"),
});

const instanceWorkspacesRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: "/workspaces",
  component: lazyRouteComponent(() => import("~/features/admin/workspaces-page"), "InstanceWorkspacesPage"),
});

const instanceBudgetsRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: "/budgets",
  component: lazyRouteComponent(() => import("~/features/budgets/instance-budgets-page"), "InstanceBudgetsPage"),
});

const instanceVaultRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: "/vault",
  component: lazyRouteComponent(() => import("~/features/admin/vault-page"), "VaultPage"),
});

const instanceAuditRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: "/audit",
  component: lazyRouteComponent(() => import("~/features/admin/audit-page"), "InstanceAuditPage"),
});

const instanceSettingsRoute = createRoute({
  getParentRoute: () => adminRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("~/features/admin/settings-page"), "InstanceSettingsPage"),
});

const adminRoutes = [
  adminStart,
  accountsRoute,
  instanceWorkspacesRoute,
  instanceBudgetsRoute,
  instanceVaultRoute,
  instanceAuditRoute,
  instanceSettingsRoute,
];
const appRoutes = [
  newChatRoute,
  chatRoute,
  usageRoute,
  modelsRoute,
  settingsRoute.addChildren(settingsRoutes),
  adminRoute.addChildren(adminRoutes),
];

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    loginRoute,
    registerRoute,
    forgotRoute,
    resetRoute,
    appRoute.addChildren(appRoutes),
  ]),
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
