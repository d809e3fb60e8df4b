// What clients send and see of passkeys. What the browser's WebAuthn functions take and give is passed on as it is.
import { DateTimeField, JsonField, TextField, UuidField } from "#libs/dto/index";
import { type Passkey } from "./passkey.entity.js";

const NAME = { trim: true, min: 1, max: 100 };
const FROM_BROWSER = "As `startRegistration` or `startAuthentication` of @simplewebauthn/browser gives it.";

export class PasskeyOptionsDto {
  @TextField({ min: 1, max: 200 }) password!: string;
}

export class AddPasskeyDto {
  @TextField({ ...NAME, description: "To tell it from others." }) name!: string;
  @JsonField({ description: FROM_BROWSER }) response!: Record<string, unknown>;
}

export class RenamePasskeyDto {
  @TextField(NAME) name!: string;
}

export class PasskeyLoginDto {
  @JsonField({ description: FROM_BROWSER }) response!: Record<string, unknown>;
}

export class WebAuthnOptionsView {
  @JsonField({ description: "PublicKeyCredentialCreationOptionsJSON or …RequestOptionsJSON (WebAuthn Level 3 §5.1)." })
  options!: object;
}

export class PasskeyView {
  @UuidField() id!: string;
  @TextField() name!: string;
  @TextField({ description: "The host name that it works for." }) rpId!: string;
  @DateTimeField() createdAt!: string;
  @DateTimeField({ nullable: true }) lastUsedAt!: string | null;
}

export function toPasskeyView({ id, name, rpId, createdAt, lastUsedAt }: Passkey): PasskeyView {
  return {
    ...{ id, name, rpId },
    createdAt: new Date(createdAt).toISOString(),
    lastUsedAt: lastUsedAt === null ? null : new Date(lastUsedAt).toISOString(),
  };
}
