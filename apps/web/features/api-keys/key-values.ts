// What the form of a platform key holds, and what is sent of it: everything of a new key, and of another only what was changed.
import type { ApiKey, ApiKeyChange, ApiKeyInput, Scope } from "@parley/client";

export type Period = NonNullable<ApiKey["budgetPeriod"]>;
export const PERIODS: readonly Period[] = ["day", "month", "total"];

/** Days from now, or no end. */
export const EXPIRIES = ["30", "90", "365", "never"] as const;
/** `keep`: the end that the key has already. */
export type Expiry = (typeof EXPIRIES)[number] | "keep";

export interface KeyValues {
  name: string;
  scopes: Scope[];
  expiry: Expiry;
  requestsPerMinute: number | null;
  budgetUsd: string | null;
  budgetPeriod: Period;
  models: string[] | null;
}

/** Reads the fields that the form itself keeps. */
export function textsOf(form: FormData): Pick<KeyValues, "name" | "requestsPerMinute" | "budgetUsd" | "models"> {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const [rate, budgetUsd] = [text("requestsPerMinute"), text("budgetUsd")];
  const models = [...new Set(text("models").split(/[\s,]+/))].filter((model) => model !== "");
  return {
    name: text("name"),
    requestsPerMinute: rate === "" ? null : Number(rate),
    budgetUsd: budgetUsd === "" ? null : budgetUsd,
    models: models.length === 0 ? null : models,
  };
}

/** The scopes of a key that the account may give; with the others it can be left as it is, but not be changed to them. */
export function givable(scopes: readonly Scope[], offered: readonly Scope[]): Scope[] {
  return scopes.filter((scope) => offered.includes(scope));
}

/** Whether two lists name the same, in whatever order. */
export function isSame(one: readonly string[] | null, other: readonly string[] | null): boolean {
  return [...(one ?? [])].sort().join(" ") === [...(other ?? [])].sort().join(" ");
}

/** A new key. */
export function inputOf({ expiry, budgetPeriod, ...values }: KeyValues, now = Date.now()): ApiKeyInput {
  return { ...values, budgetPeriod: values.budgetUsd === null ? null : budgetPeriod, expiresAt: endOf(expiry, now) };
}

/**
 * What differs from the key as it is: what somebody else changed meanwhile stays.
 * @param offered the scopes that the account may give; undefined while they are not known: then they stay
 */
export function changesOf(
  key: ApiKey,
  values: KeyValues,
  offered: readonly Scope[] | undefined,
  now = Date.now(),
): ApiKeyChange {
  const { name, scopes, expiry, requestsPerMinute, budgetUsd, budgetPeriod, models } = values;
  const budget = budgetUsd !== key.budgetUsd || (budgetUsd !== null && budgetPeriod !== key.budgetPeriod);
  const ends = expiry !== "keep" && !(expiry === "never" && key.expiresAt === null);
  return {
    ...(name !== key.name && { name }),
    ...(offered && !isSame(scopes, givable(key.scopes, offered)) && { scopes }),
    ...(ends && { expiresAt: endOf(expiry, now) }),
    ...(requestsPerMinute !== key.requestsPerMinute && { requestsPerMinute }),
    ...(budget && { budgetUsd, budgetPeriod: budgetUsd === null ? null : budgetPeriod }),
    ...(!isSame(models, key.models) && { models }),
  };
}

function endOf(expiry: Expiry, now: number): string | null {
  return expiry === "never" || expiry === "keep" ? null : new Date(now + Number(expiry) * 24 * 3_600_000).toISOString();
}
