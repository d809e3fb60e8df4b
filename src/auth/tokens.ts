// Random tokens that are shown once and kept only as a hash.
import { hash, randomBytes } from "node:crypto";

/** 256 random bits, base64url. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** SHA-256, hex. Tokens are random, so a fast hash is enough: there is nothing to guess. */
export function hashToken(token: string): string {
  return hash("sha256", token, "hex");
}
