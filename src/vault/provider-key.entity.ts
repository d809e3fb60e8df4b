// A provider's key in the vault; the secret is sealed.

import { Entity } from "typeorm";
import { FlagColumn, IdColumn, IntColumn, RefColumn, StringColumn, TextColumn, TimeColumn } from "#libs/database/index";

export const PROVIDERS = ["openrouter", "openai-compatible"] as const;
export type ProviderKind = (typeof PROVIDERS)[number];

@Entity("provider_keys")
export class ProviderKey {
  @IdColumn() id!: string;
  @RefColumn() workspaceId!: string;
  @StringColumn(20) provider!: ProviderKind;
  @StringColumn(100) label!: string;
  @StringColumn(500, { nullable: true }) baseUrl!: string | null;
  /** See sealing.ts. */
  @TextColumn() sealed!: string;
  /** Grows with every new secret; bound into the seal. */
  @IntColumn() secretVersion!: number;
  @StringColumn(40) masked!: string;
  @StringColumn(8) fingerprint!: string;
  /** Only an enabled key is used for new calls. */
  @FlagColumn() enabled!: boolean;
  /** The lowest number is used first, then the oldest key. */
  @IntColumn() priority!: number;
  @RefColumn() createdBy!: string;
  @TimeColumn() createdAt!: number;
  @TimeColumn() updatedAt!: number;
  @TimeColumn({ nullable: true }) lastUsedAt!: number | null;
  /** Why the provider refused the last call with this key (a ProviderErrorCode); null: it did not. See key-pause.ts. */
  @StringColumn(40, { nullable: true }) pausedReason!: string | null;
  /** Until then another key goes first; null with a reason: until it is tested or changed. */
  @TimeColumn({ nullable: true }) pausedUntil!: number | null;
}
