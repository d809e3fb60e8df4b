// The door of libs/secrets.
export { InstanceSecrets } from "./instance-secrets.js";
export { SecretsModule } from "./secrets.module.js";
