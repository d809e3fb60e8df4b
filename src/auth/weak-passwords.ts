// Refuses passwords that are guessed first: common ones, and what the account shows to everybody (OWASP ASVS 5.0, 6.2.4 and 6.2.11).
import { InvalidInputError } from "#libs/errors/index";
import { isGuessed } from "./guessed-passwords.js";

const plain = (text: string): string => text.normalize("NFKC").toLowerCase().trim();

/** @param shown what others know of the account: its address, its name */
function isWeak(password: string, shown: readonly string[]): boolean {
  const text = plain(password);
  const known = shown.flatMap((one) => [plain(one), plain(one).split("@")[0]!]);
  // One character, or a few, over and over.
  const isRepetition = /^(.{1,3}?)\1+.?$/u.test(text);
  return isGuessed(text) || isRepetition || known.includes(text);
}

/**
 * @param field of the body, which the fault names
 * @throws InvalidInputError
 */
export function assertNotWeak(password: string, field: string, shown: readonly string[] = []): void {
  if (!isWeak(password, shown)) return;
  throw new InvalidInputError([{ path: field, message: "is one of those that are guessed first: choose another one" }]);
}
