// The configuration as operators may read it: what is set, and never a secret.
import { type Config } from "#libs/config/index";
import { type SettingView } from "./instance.dto.js";

const SET = "set";
const onlySet = (value: unknown): string | null => (value === undefined ? null : SET);

/** The settings by their variables. */
export function settingsOf(config: Config): SettingView[] {
  const { database, mail, oidc } = config;
  const values: Record<string, string | number | boolean | null | undefined> = {
    PUBLIC_URL: config.publicUrl,
    REGISTRATION: config.registration,
    DATABASE_URL: database.kind === "sqlite" ? `sqlite:${database.file}` : `postgres (${SET})`,
    DATABASE_KEY: database.kind === "sqlite" ? onlySet(database.key) : null,
    DATABASE_POOL: config.databasePool,
    REDIS_URL: SET,
    VAULT_KEYS: config.vaultKeys.map(({ id }) => id).join(", "),
    OPENROUTER_BASE_URL: config.openrouterBaseUrl,
    OPENROUTER_API_KEY: onlySet(config.openrouterApiKey),
    DEFAULT_MODEL: config.defaultModel,
    ALLOW_PRIVATE_PROVIDERS: config.allowPrivateProviders,
    PROVIDER_ORIGINS: config.providerOrigins?.join(", "),
    SMTP_URL: onlySet(mail?.url),
    MAIL_FROM: mail?.from,
    OIDC_ISSUER: oidc?.issuer,
    OIDC_CLIENT_ID: oidc?.clientId,
    OIDC_CLIENT_SECRET: onlySet(oidc?.clientSecret),
    OIDC_NAME: oidc?.name,
    OIDC_SCOPES: oidc?.scopes,
    OIDC_GROUPS_CLAIM: oidc?.groupsClaim,
    OIDC_ROLE_MAP: oidc && JSON.stringify(oidc.roleMap),
    OIDC_AUTO_JOIN: oidc && JSON.stringify(oidc.autoJoin),
    OIDC_OPERATOR_GROUPS: oidc && JSON.stringify(oidc.operatorGroups),
    OIDC_LINK_DOMAINS: oidc?.linkDomains.join(", "),
    OIDC_TRUST_EMAIL: oidc?.trustEmail,
    OIDC_SESSION_HOURS: oidc && oidc.sessionMs / 3_600_000,
    OIDC_ONLY: oidc?.only,
    LOGIN_LIMIT: config.loginLimit,
    REST_LIMIT: config.restLimit,
    REST_IP_LIMIT: config.restAddressLimit,
    TRUST_PROXY_HOPS: config.trustProxyHops,
    CHAT_STREAMS: config.chat.inAll,
    CHAT_STREAMS_PER_WORKSPACE: config.chat.perWorkspace,
    CHAT_STREAMS_PER_USER: config.chat.perUser,
    CHAT_QUEUED: config.chat.queued,
    CHAT_QUEUED_PER_WORKSPACE: config.chat.queuedPerWorkspace,
    GATEWAY_CALLS_PER_WORKSPACE: config.gateway.perWorkspace,
    GATEWAY_CALLS_PER_USER: config.gateway.perUser,
    WORKER_CONCURRENCY: config.workerConcurrency,
    DRAIN_SECONDS: config.drainMs / 1_000,
    LOG_LEVEL: config.logLevel,
    METRICS_TOKEN: onlySet(config.metricsToken),
    DATA_DIR: config.dataDir,
  };
  return Object.entries(values).map(([name, value]) => ({ name, value: value == null ? null : String(value) }));
}
