// What clients send to register and sign in.
import { DateTimeField, TextField } from "#libs/dto/index";

// Deliverability is found out by mail; this only refuses what cannot be an address (RFC 5321 length limits).
export const EMAIL = {
  trim: true,
  max: 254,
  pattern: /^[^\s@<>"']{1,64}@[^\s@<>"']+\.[^\s@<>"']+$|^[^\s@<>"']{1,64}@localhost$/,
  expected: "an e-mail address",
  format: "email",
};
/** NIST SP 800-63B §3.1.1.2: at least 8 characters, long ones allowed, no rules of composition. */
const PASSWORD = { min: 8, max: 200 };

export const CODE = "Six digits from the authenticator app, or a recovery code.";

export class RegisterDto {
  @TextField(EMAIL) email!: string;
  @TextField(PASSWORD) password!: string;
  @TextField({ optional: true, trim: true, min: 1, max: 100, description: "Default: the part before the @." })
  name?: string;
  @TextField({ optional: true, min: 1, max: 200, description: "From an invite's link." }) inviteToken?: string;
}

export class LoginDto {
  @TextField({ trim: true, min: 1, max: 254 }) email!: string;
  @TextField({ min: 1, max: 200 }) password!: string;
  @TextField({ optional: true, trim: true, min: 6, max: 20, description: CODE }) code?: string;
}

export class UpdateMeDto {
  @TextField({ trim: true, min: 1, max: 100, description: "What the others see." }) name!: string;
}

export class ChangePasswordDto {
  @TextField({ min: 1, max: 200 }) currentPassword!: string;
  @TextField(PASSWORD) newPassword!: string;
}

export class ChangeEmailDto {
  @TextField(EMAIL) email!: string;
  @TextField({ min: 1, max: 200 }) currentPassword!: string;
}

export class RequestResetDto {
  @TextField(EMAIL) email!: string;
}

export class RedeemResetDto {
  @TextField({ min: 1, max: 200, description: "From the link." }) token!: string;
  @TextField(PASSWORD) newPassword!: string;
}

export class ResetLinkView {
  @TextField({ description: "The address of the page, under the address that people use." }) path!: string;
  @DateTimeField() expiresAt!: string;
}
