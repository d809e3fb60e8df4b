// What clients send about provider keys, and how a key looks: never its secret.
import { BoolField, DateTimeField, EnumField, IntField, MoneyField, TextField, UuidField } from "#libs/http/index";
import { PROVIDERS, type ProviderKey, type ProviderKind } from "./provider-key.entity.js";

const SECRET = {
  min: 1,
  max: 500,
  pattern: /^[\x21-\x7e]+$/,
  expected: "visible ASCII characters without spaces",
  description: "Write-only.",
};
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
}

export class UpdateProviderKeyDto {
  @TextField({ optional: true, trim: true, min: 1, max: 100 }) label?: string;
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
  @IntField() secretVersion!: number;
  @DateTimeField() createdAt!: string;
  @DateTimeField() updatedAt!: string;
  @DateTimeField({ nullable: true }) lastUsedAt!: string | null;
}

export class KeyTestView {
  @BoolField() ok!: boolean;
  @TextField({ description: "In words for people." }) message!: string;
  @TextField({ nullable: true, description: "Why it failed, for programs." }) code!: string | null;
  @TextField({ nullable: true, description: "The provider's name of the key." }) providerLabel!: string | null;
  @MoneyField({ nullable: true, description: "What the key may still spend; null: no limit, or not told." })
  limitRemainingUsd!: string | null;
}

const iso = (epochMs: number): string => new Date(epochMs).toISOString();

export function toProviderKeyView(row: ProviderKey): ProviderKeyView {
  const { id, provider, label, baseUrl, masked, fingerprint, secretVersion } = row;
  const lastUsedAt = row.lastUsedAt === null ? null : iso(row.lastUsedAt);
  return {
    id,
    provider,
    label,
    baseUrl,
    masked,
    fingerprint,
    secretVersion,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
    lastUsedAt,
  };
}
