// What clients send and see of the second factor.
import { DateTimeField, IntField, ListField, TextField, text } from "#libs/dto/index";
import { CODE } from "#src/auth/auth.dto";
import { type SecondFactorState } from "./second-factors.js";

export class BeginSecondFactorDto {
  @TextField({ min: 1, max: 200 }) password!: string;
}

export class ConfirmSecondFactorDto {
  @TextField({ trim: true, min: 6, max: 10, description: "Six digits from the authenticator app." }) code!: string;
}

export class ProveSecondFactorDto {
  @TextField({ min: 1, max: 200 }) password!: string;
  @TextField({ trim: true, min: 6, max: 20, description: CODE }) code!: string;
}

export class SecondFactorView {
  @DateTimeField({ nullable: true, description: "Null: there is none." }) since!: string | null;
  @IntField() recoveryCodesLeft!: number;
}

export class SecondFactorSecretView {
  @TextField({ description: "Base32, for typing. Shown this once." }) secret!: string;
  @TextField({ description: "otpauth://, for a QR code." }) uri!: string;
}

export class RecoveryCodesView {
  @ListField(text(), { description: "Each for one use. Shown this once." }) codes!: string[];
}

export function toSecondFactorView({ since, recoveryCodesLeft }: SecondFactorState): SecondFactorView {
  return { since: since === null ? null : new Date(since).toISOString(), recoveryCodesLeft };
}
