// What browsers send to sign in through the provider, and how identities look.
import { BoolField, DateTimeField, TextField, UuidField } from "#libs/dto/index";
import { type Identity } from "./identity.entity.js";
import { isSameIssuer } from "./person.js";

export class StartQuery {
  @TextField({
    optional: true,
    max: 2000,
    description: "Where to go afterwards: a path of this site. Default: its start.",
  })
  next?: string;

  @TextField({ optional: true, min: 1, max: 200, description: "From an invite's link, for who has no account yet." })
  invite?: string;
}

export class LinkAddressView {
  @TextField({ description: "The provider's page, to which the browser is to go.", format: "uri" }) url!: string;
}

export class IdentityView {
  @UuidField() id!: string;
  @TextField({ description: "The provider." }) issuer!: string;
  @BoolField({ description: "False: the provider is not this server's any more." }) active!: boolean;
  @TextField({ nullable: true, description: "As the provider said it at the last sign-in." }) email!: string | null;
  @DateTimeField() createdAt!: string;
  @DateTimeField() lastUsedAt!: string;
}

/** @param issuer the provider that is configured now */
export function toIdentityView(row: Identity, issuer: string | undefined): IdentityView {
  return {
    id: row.id,
    issuer: row.issuer,
    active: isSameIssuer(row.issuer, issuer),
    email: row.email,
    createdAt: new Date(row.createdAt).toISOString(),
    lastUsedAt: new Date(row.lastUsedAt).toISOString(),
  };
}
