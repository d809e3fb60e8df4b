// Password hashing: Argon2id with OWASP's parameters (Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane).
import { randomBytes } from "node:crypto";
import argon2 from "argon2";
import { type Config } from "#libs/config/index";
import { ForbiddenError, UnavailableError } from "#libs/errors/index";

const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Hashes at once: they run on libuv's four threads, which name lookups and files need as well. */
const AT_ONCE = 2;
/** Hashes that may wait: about a second of work on a quiet machine. More would wait longer than people do. */
const MOST_WAITING = 40;

/** In the place of a hash: the account has no password, and none is right. */
export const NO_PASSWORD = "";

let running = 0;
const waiting: (() => void)[] = [];
let decoy: Promise<string> | undefined;

/** Hashes off the event loop. @returns PHC string. @throws UnavailableError when too many are waiting */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => argon2.hash(normalised(password), { type: argon2.argon2id, ...PARAMETERS }));
}

/**
 * Compares; without a hash (unknown account, or one without a password) the same work is done, so that time tells nothing.
 * @throws UnavailableError when too many are waiting
 */
export async function verifyPassword(hash: string | null, password: string): Promise<boolean> {
  decoy ??= argon2.hash(randomBytes(16).toString("hex"), { type: argon2.argon2id, ...PARAMETERS });
  const known = hash === NO_PASSWORD ? null : hash;
  const against = known ?? (await decoy);
  const matches = await inTurn(() => argon2.verify(against, normalised(password)));
  return known !== null && matches;
}

/** @throws ForbiddenError `password_sign_in_off` where the operator has switched passwords off (`OIDC_ONLY`) */
export function assertPasswords({ oidc }: Pick<Config, "oidc">): void {
  if (oidc?.only)
    throw new ForbiddenError(`On this server people sign in with ${oidc.name} alone.`, "password_sign_in_off");
}

/** True for a hash that was made with other parameters than today's. */
export function isOutdated(hash: string): boolean {
  return argon2.needsRehash(hash, PARAMETERS);
}

/** One text for all ways to type it (NIST SP 800-63B §3.1.1.2: NFKC before hashing). */
const normalised = (password: string): string => password.normalize("NFKC");

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running < AT_ONCE) running += 1;
  else if (waiting.length < MOST_WAITING) await new Promise<void>((resolve) => waiting.push(resolve));
  else throw new UnavailableError("Too many sign-ins at the moment. Try again shortly.", { retryAfterMs: 2_000 });
  try {
    return await work();
  } finally {
    // The place is handed on, so that nobody can slip in between.
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
