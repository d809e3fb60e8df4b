// `parley vault rotate`: the master key for all workspaces, or one workspace's own key.
import { NotFoundError } from "#libs/errors/index";
import { MembershipsRepository } from "#src/auth/memberships.repository";
import { MasterKeyHolders } from "#src/vault/master-key-holders";
import { RotateMasterKey } from "#src/vault/rotate-master-key";
import { RotateWorkspaceKey } from "#src/vault/rotate-workspace-key";
import { withApplication } from "./application.js";

/** Characters of the progress bar. */
const BAR = 30;

/** Shows how far it is, on standard error, over and over on one line where that is a terminal. */
function tell({ done, left }: { done: number; left: number }): void {
  const full = Math.round((BAR * done) / Math.max(1, done + left));
  const text = `[${"#".repeat(full)}${".".repeat(BAR - full)}] ${done} of ${done + left}`;
  process.stderr.write(process.stderr.isTTY ? `\r${text}` : `${text}\n`);
  if (left === 0 && process.stderr.isTTY) process.stderr.write("\n");
}

/**
 * Wraps every workspace's key with the first key of VAULT_KEYS.
 * @param force also when a running process lacks that key, or cannot be asked
 * @returns what is to be said
 * @throws ConflictError with the names of the processes that lack it
 */
export async function rotateMasterKey({ force }: { force: boolean }): Promise<string> {
  return withApplication(async (app) => {
    if (!force) await app.get(MasterKeyHolders, { strict: false }).assertAllHave("own");
    const rotate = app.get(RotateMasterKey, { strict: false });
    await rotate.execute(null, tell);
    const { target, wrapped } = await rotate.status();
    const others = wrapped.filter(({ kekId }) => kekId !== target).map(({ kekId }) => kekId);
    if (others.length === 0)
      return `Everything is under the key "${target}". Other keys may be taken out of VAULT_KEYS.\n`;
    process.exitCode = 1;
    return `Still wrapped with ${others.join(", ")}: run this again.\n`;
  });
}

/** Gives one workspace a new key and seals its secrets again. @throws NotFoundError when there is no such workspace */
export async function rotateWorkspaceKey(given: string): Promise<string> {
  return withApplication(async (app) => {
    const workspaceId = given.toLowerCase();
    const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(workspaceId);
    if (!isId || !(await app.get(MembershipsRepository, { strict: false }).find(workspaceId)))
      throw new NotFoundError("This workspace");
    const { version, done } = await app.get(RotateWorkspaceKey, { strict: false }).execute(workspaceId, null, tell);
    if (version === 0) return "This workspace has sealed nothing yet, or its keys are destroyed.\n";
    return `${done} secrets are under version ${version} of the workspace's key; older versions are destroyed.\n`;
  });
}
