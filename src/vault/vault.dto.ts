// What clients send about provider keys, and how a key looks: never its secret.
import { BoolField, DateTimeField, EnumField, IntField, MoneyField, TextField, UuidField } from "#libs/dto/index";
import { isPaused } from "./key-pause.js";
import { type KeySpend, NOTHING_SPENT } from "./key-spending.js";
import { PROVIDERS, type ProviderKey, type ProviderKind } from "./provider-key.entity.js";

const SECRET = {
  min: 1,
  max: 500,
  pattern: /^[\x21-\x7e]+$/,
  expected: "visible ASCII characters without spaces",
  description: "Write-only.",
};
/** Keys are used in order of priority; a new one stands in the middle, so that others can come before and after it. */
export const DEFAULT_PRIORITY = 100;
const PRIORITY = {
  min: 0,
  max: 1_000,
  description: `The lowest number is used first, then the oldest key; ${DEFAULT_PRIORITY} unless said.`,
};
const ENABLED = { description: "Only an enabled key is used for new calls; a key is enabled unless said." };
const BASE_URL = { max: 500, pattern: /^https?:\/\/[^\s]+$/, expected: "an http(s) URL", format: "uri" };

export class CreateProviderKeyDto {
  @EnumField(PROVIDERS) provider!: ProviderKind;
  @TextField({ trim: true, min: 1, max: 100 }) label!: string;
  @TextField(SECRET) secret!: string;
  @TextField({
    optional: true,
    ...BASE_URL,
    description: "Needed for openai-compatible; the key is bound to its origin.",
  })
  baseUrl?: string;
  @BoolField({ optional: true, ...ENABLED }) enabled?: boolean;
  @IntField({ optional: true, ...PRIORITY }) priority?: number;
}

export class UpdateProviderKeyDto {
  @TextField({ optional: true, trim: true, min: 1, max: 100 }) label?: string;
  @BoolField({ optional: true, ...ENABLED }) enabled?: boolean;
  @IntField({ optional: true, ...PRIORITY }) priority?: number;
}

export class RotateProviderKeyDto {
  @TextField(SECRET) secret!: string;
}

export class ProviderKeyView {
  @UuidField() id!: string;
  @EnumField(PROVIDERS) provider!: ProviderKind;
  @TextField() label!: string;
  @TextField({ nullable: true }) baseUrl!: string | null;
  @TextField({ description: "The secret's last characters.", example: "…a1b2" }) masked!: string;
  @TextField({ description: "Tells two secrets apart without showing them." }) fingerprint!: string;
  @IntField({ description: "Grows with every new secret." }) secretVersion!: number;
  @BoolField(ENABLED) enabled!: boolean;
  @IntField(PRIORITY) priority!: number;
  @DateTimeField() createdAt!: string;
  @DateTimeField() updatedAt!: string;
  @DateTimeField({ nullable: true }) lastUsedAt!: string | null;
  @TextField({
    nullable: true,
    description: "Why the provider refused the key; while it rests, other keys of its provider go first.",
    example: "insufficient_credits",
  })
  pausedReason!: string | null;
  @DateTimeField({ nullable: true, description: "When it is used again; null with a reason: once tested or changed." })
  pausedUntil!: string | null;
  @MoneyField({ description: "Spent in this calendar month (UTC), as far as it is known." }) spentThisMonthUsd!: string;
  @MoneyField({ description: "Spent in all." }) spentUsd!: string;
}

export class VaultStateView {
  @BoolField({ description: "True: the workspace has a provider key that is switched on." }) ownKey!: boolean;
}

export class KeyTestView {
  @BoolField({ description: "The provider answered a call with the key." }) ok!: boolean;
  @TextField({ description: "In words for people." }) message!: string;
  @BoolField({
    nullable: true,
    description:
      "With `ok`: whether the provider refuses a wrong key where it was asked. False: it gives its models to any key, so that only the first message tells whether this one is accepted; null: that could not be found out.",
  })
  keyChecked!: boolean | null;
  @TextField({ nullable: true, description: "Why it failed, for programs." }) code!: string | null;
  @TextField({ nullable: true, description: "The provider's name of the key." }) providerLabel!: string | null;
  @MoneyField({ nullable: true, description: "The key's limit; null: none, or not told." }) limitUsd!: string | null;
  @MoneyField({
    nullable: true,
    signed: true,
    description: "What the key may still spend; null: no limit, or not told.",
  })
  limitRemainingUsd!: string | null;
  @MoneyField({ nullable: true, description: "What it has spent." }) usageUsd!: string | null;
}

const iso = (epochMs: number): string => new Date(epochMs).toISOString();
const isoOrNull = (epochMs: number | null): string | null => (epochMs === null ? null : iso(epochMs));

export function toProviderKeyView(row: ProviderKey, spend: KeySpend = NOTHING_SPENT): ProviderKeyView {
  const { id, provider, label, baseUrl, masked, fingerprint, secretVersion, enabled, priority } = row;
  const pausedReason = isPaused(row, Date.now()) ? row.pausedReason : null;
  return {
    id,
    provider,
    label,
    baseUrl,
    masked,
    fingerprint,
    secretVersion,
    enabled,
    priority,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
    lastUsedAt: isoOrNull(row.lastUsedAt),
    pausedReason,
    pausedUntil: pausedReason === null ? null : isoOrNull(row.pausedUntil),
    ...spend,
  };
}
