// The written form of platform keys: `pk_`, then id, secret and checksum in base62, each of a fixed length.
import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { newId } from "#libs/database/index";

const PREFIX = "pk_";
/** Characters that hold 16, 32 and 4 bytes: ⌈8n / log2 62⌉. */
const ID_LENGTH = 22;
const SECRET_LENGTH = 43;
const CHECK_LENGTH = 6;
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** What a platform key looks like, for secret scanners; most text that looks so fails the checksum. */
export const KEY_PATTERN = new RegExp(`^${PREFIX}[0-9A-Za-z]{${ID_LENGTH + SECRET_LENGTH + CHECK_LENGTH}}$`);

/** A new key: its row's id, and the token, which is shown once and kept nowhere. */
export interface NewKey {
  id: string;
  token: string;
  /** For display: enough to tell two keys apart, nothing of the secret. */
  masked: string;
}

/** Makes a key with 256 random bits. @param id a UUID: the row that holds it */
export function newKey(id: string = newId()): NewKey {
  const body = `${base62(Buffer.from(id.replaceAll("-", ""), "hex"), ID_LENGTH)}${base62(randomBytes(32), SECRET_LENGTH)}`;
  const token = `${PREFIX}${body}${checksum(body)}`;
  // The checksum's end says at most 24 bits of 256, and people know a key by its end.
  return { id, token, masked: `${PREFIX}…${token.slice(-4)}` };
}

/**
 * The id in a token. Costs no look-up: what was mistyped, cut short or is no key at all is found out here.
 * @returns null when the text is no key of this form
 */
export function keyIdOf(token: string): string | null {
  if (!KEY_PATTERN.test(token)) return null;
  const body = token.slice(PREFIX.length, -CHECK_LENGTH);
  if (checksum(body) !== token.slice(-CHECK_LENGTH)) return null;
  return uuidOf(body.slice(0, ID_LENGTH));
}

/** CRC-32 (ISO 3309, as in zlib) of prefix and body, as GitHub's tokens have it. It protects from slips, not from forgers. */
function checksum(body: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(`${PREFIX}${body}`));
  return base62(bytes, CHECK_LENGTH);
}

function base62(bytes: Buffer, length: number): string {
  let rest = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  while (text.length < length) {
    text = DIGITS[Number(rest % 62n)] + text;
    rest /= 62n;
  }
  return text;
}

/** @returns null for a number beyond 128 bits, which no id is written as */
function uuidOf(text: string): string | null {
  let value = 0n;
  for (const digit of text) value = value * 62n + BigInt(DIGITS.indexOf(digit));
  const hex = value.toString(16).padStart(32, "0");
  if (hex.length > 32) return null;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
