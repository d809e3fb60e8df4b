// What the launcher itself takes from the environment; everything else is libs/config's.

/** How the launcher behaves. `npm start`'s options arrive here as environment variables. */
export interface LaunchOptions {
  /** Start the bundled simulator as the provider. */
  simulator: boolean;
  /** Show every line of the processes; else, on a terminal, only warnings and worse. */
  verbose: boolean;
  /** The operator's own Redis; then none is started. */
  redisUrl: string | undefined;
  /** WORKER_PORT was chosen by the operator; else another free port does as well. */
  workerPortIsChosen: boolean;
  production: boolean;
}

/**
 * Reads the launcher's options.
 * The simulator stands in when no provider is configured; in production nothing stands in for anything.
 */
export function launchOptions(env: NodeJS.ProcessEnv): LaunchOptions {
  const production = env["NODE_ENV"] === "production";
  const providerNames = ["OPENROUTER_API_KEY", "OPENROUTER_API_KEY_FILE", "OPENROUTER_BASE_URL"];
  const noProvider = providerNames.every((name) => !env[name]);
  const switchedOff = env["PARLEY_SIMULATOR"] === "0" || env["PARLEY_SIMULATOR"] === "false";
  return {
    simulator: noProvider && !switchedOff && !production,
    verbose: env["PARLEY_VERBOSE"] === "1",
    redisUrl: redisUrl(env),
    workerPortIsChosen: Boolean(env["WORKER_PORT"]),
    production,
  };
}

function redisUrl(env: NodeJS.ProcessEnv): string | undefined {
  // With REDIS_URL_FILE libs/config reads the address; here it only matters that there is one.
  return env["REDIS_URL"] || (env["REDIS_URL_FILE"] ? `file ${env["REDIS_URL_FILE"]}` : undefined);
}
