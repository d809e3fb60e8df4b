// The door of libs/config.
export { Config, ConfigError, type DatabaseTarget, loadConfig } from "./config.js";
export { ConfigModule } from "./config.module.js";
export type { GrantedRole, OidcSettings } from "./oidc.js";
export { besideLauncher, usesOwnRedis } from "./own-redis.js";
export { EXIT_CONFIG, exitWithParent, requireNode24, runProcess, StartFault } from "./process.js";
export { ensureVaultKeys, parseVaultKeys, type VaultKey } from "./vault-keys.js";
