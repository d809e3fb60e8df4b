// A passkey: the public key of an authenticator, for one account on one site.
import { Entity } from "typeorm";
import { IdColumn, JsonColumn, RefColumn, StringColumn, TextColumn, TimeColumn } from "#libs/database/index";

@Entity("passkeys")
export class Passkey {
  @IdColumn() id!: string;
  @RefColumn() userId!: string;
  /** The authenticator's own name of it, base64url. */
  @StringColumn(1400) credentialId!: string;
  /** COSE (RFC 9052), base64url. */
  @TextColumn() publicKey!: string;
  /** How often the authenticator says it was used; 0 for those that do not count. */
  @TimeColumn() counter!: number;
  /** How the browser reaches it, e.g. `internal`. */
  @JsonColumn({ type: "varchar", length: "200" }) transports!: string[];
  /** The host name that it was made for (WebAuthn Level 3 §4, RP ID). */
  @StringColumn(253) rpId!: string;
  @StringColumn(100) name!: string;
  @TimeColumn() createdAt!: number;
  @TimeColumn({ nullable: true }) lastUsedAt!: number | null;
}
