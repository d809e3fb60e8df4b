// Keys and the accounts behind them: who is let in, and money that really runs down.
import { Decimal } from "../money/decimal.js";
import { sha256 } from "../text/random.js";
import { asObject, asText, type JsonObject } from "../wire/json.js";

/** An account's prepaid credits and what was used of them, in USD. */
export type Account = { readonly name: string; credits: Decimal; usage: Decimal; inFlightBudget: Decimal | null };

/** One API key. Money in USD. */
export type ApiKey = {
  readonly fingerprint: string;
  readonly label: string;
  readonly createdAt: number;
  account: Account;
  limit: Decimal | null;
  usage: Decimal;
  byokUsage: Decimal;
  disabled: boolean;
  management: boolean;
  freeTier: boolean;
  /** Estimated cost of the calls that run now, by request id. */
  readonly inFlight: Map<string, Decimal>;
  /** Spend by UTC day (YYYY-MM-DD). */
  readonly days: Map<string, Decimal>;
  /** Arrival times (Unix ms) of requests to `:free` models. */
  freeCalls: number[];
};

/** Credits of the account that every unknown key belongs to: more than a benchmark can spend. */
const DEFAULT_CREDITS = Decimal.count(100_000);
const KEYS_KEPT = 10_000;

function newAccount(name: string, credits: Decimal): Account {
  return { name, credits, usage: Decimal.zero, inFlightBudget: null };
}

function newKey(secret: string, account: Account, now: number): ApiKey {
  return {
    fingerprint: fingerprintOf(secret),
    label: `${secret.slice(0, 9)}...${secret.slice(-3)}`,
    createdAt: now,
    account,
    limit: null,
    usage: Decimal.zero,
    byokUsage: Decimal.zero,
    disabled: false,
    management: /^sk-or-(?:v1-)?mgmt/.test(secret),
    freeTier: false,
    inFlight: new Map(),
    days: new Map(),
    freeCalls: [],
  };
}

/** The first 12 hex digits of a key's SHA-256: enough to tell keys apart, useless to call with. */
export function fingerprintOf(secret: string): string {
  return sha256(secret).slice(0, 12);
}

/** All keys seen, by fingerprint. Unknown keys that begin with `sk-or-` are let in unless `strict`. */
export class Accounts {
  private keys = new Map<string, ApiKey>();
  private accounts = new Map<string, Account>();
  /** Spend of earlier runs by fingerprint and day, booked when the key is seen again. */
  private readonly earlier = new Map<string, Map<string, Decimal>>();

  /** Remembers what a key has spent before a restart. */
  restore(fingerprint: string, cost: Decimal, at: string): void {
    const days = this.earlier.get(fingerprint) ?? new Map<string, Decimal>();
    const day = at.slice(0, 10);
    days.set(day, (days.get(day) ?? Decimal.zero).plus(cost));
    this.earlier.set(fingerprint, days);
  }

  private remember(key: ApiKey): void {
    this.keys.set(key.fingerprint, key);
    for (const [day, cost] of this.earlier.get(key.fingerprint) ?? []) {
      this.charge(key, cost, Decimal.zero, Date.parse(day));
    }
    this.earlier.delete(key.fingerprint);
  }

  private account(name: string): Account {
    const known = this.accounts.get(name);
    if (known) return known;
    const made = newAccount(name, DEFAULT_CREDITS);
    this.accounts.set(name, made);
    return made;
  }

  /** The key behind a bearer token, or undefined when it is refused. */
  find(secret: string, strict: boolean, now: number): ApiKey | undefined {
    const known = this.keys.get(fingerprintOf(secret));
    if (known) return known.disabled ? undefined : known;
    if (strict || !secret.startsWith("sk-or-") || /^sk-or-(?:v1-)?(?:bad|disabled)/.test(secret)) return undefined;
    const poor = /^sk-or-(?:v1-)?poor/.test(secret);
    const key = newKey(secret, poor ? newAccount("poor", Decimal.zero) : this.account("default"), now);
    this.remember(key);
    const oldest = this.keys.size > KEYS_KEPT ? this.keys.keys().next().value : undefined;
    if (oldest !== undefined) this.keys.delete(oldest);
    return key;
  }

  /**
   * Makes or changes a key: `account` (shared by name), `balance`, `limit`, `inFlightBudget` (decimal strings in USD,
   * null lifts a limit), `disabled`, `management`, `freeTier`. Throws RangeError on a wrong amount.
   */
  define(secret: string, options: JsonObject, now: number): ApiKey {
    const fingerprint = fingerprintOf(secret);
    const known = this.keys.get(fingerprint);
    const name = asText(options["account"]);
    const own = name === undefined && options["balance"] !== undefined;
    const account = own ? this.account(`key-${fingerprint}`) : name ? this.account(name) : known?.account;
    const key = known ?? newKey(secret, account ?? this.account("default"), now);
    key.account = account ?? key.account;
    if (!known) this.remember(key);
    const amount = (value: unknown) => (value === null ? null : Decimal.parse(String(value)));
    if (options["balance"] !== undefined) {
      key.account.credits = key.account.usage.plus(amount(options["balance"]) ?? DEFAULT_CREDITS);
    }
    if (options["limit"] !== undefined) key.limit = amount(options["limit"]);
    if (options["inFlightBudget"] !== undefined) key.account.inFlightBudget = amount(options["inFlightBudget"]);
    for (const flag of ["disabled", "management", "freeTier"] as const) {
      if (typeof options[flag] === "boolean") key[flag] = options[flag];
    }
    return key;
  }

  /** Defines all keys of a control body: `{ "<secret>": {…} }`. */
  defineAll(keys: unknown, now: number): void {
    for (const [secret, options] of Object.entries(asObject(keys) ?? {}))
      this.define(secret, asObject(options) ?? {}, now);
  }

  /** Books what a call cost. `byok` is what the caller's own provider account paid. */
  charge(key: ApiKey, cost: Decimal, byok: Decimal, now: number): void {
    key.usage = key.usage.plus(cost);
    key.byokUsage = key.byokUsage.plus(byok);
    key.account.usage = key.account.usage.plus(cost);
    const day = new Date(now).toISOString().slice(0, 10);
    key.days.set(day, (key.days.get(day) ?? Decimal.zero).plus(cost));
  }

  /** A call was billed otherwise after all. @param fingerprint of the key that made it */
  amend(fingerprint: string, more: Decimal, now: number): void {
    const key = this.keys.get(fingerprint);
    if (key) this.charge(key, more, Decimal.zero, now);
  }

  /** The running estimates of all keys of an account. */
  inFlight(account: Account): Decimal {
    let sum = Decimal.zero;
    for (const key of this.keys.values()) {
      if (key.account === account) for (const estimate of key.inFlight.values()) sum = sum.plus(estimate);
    }
    return sum;
  }

  reset(): void {
    this.keys = new Map();
    this.accounts = new Map();
  }
}

/** What is left of an account's credits; may be negative. */
export function balanceOf(account: Account): Decimal {
  return account.credits.minus(account.usage);
}
