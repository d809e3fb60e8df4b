// What a provider's claims say of a person, read without trusting their shape.
import { type OidcSettings } from "#libs/config/index";
import { OidcError } from "./oidc-error.js";

/** Claims of an id token, with those of the userinfo answer where the token has none (OpenID Connect Core 1.0 §5.1). */
export type Claims = Readonly<Record<string, unknown>>;

/** Whoever stands at the door, in the provider's words. */
export interface Person {
  issuer: string;
  /** At most 255 characters (OpenID Connect Core 1.0 §2). */
  subject: string;
  /** Lower case; null: the provider tells none that could be one. */
  email: string | null;
  /** The provider says that the address is this person's. */
  emailVerified: boolean;
  name: string;
  groups: string[];
}

const EMAIL = /^[^\s@<>"']{1,64}@[^\s@<>"']+$/;
const LONGEST_EMAIL = 254;
const LONGEST_NAME = 100;

/**
 * @throws OidcError `answer_invalid` without issuer and subject; `groups_incomplete` when the provider only points to a
 * list of groups that did not fit in (OpenID Connect Core 1.0 §5.6.2): to take it for none would take roles away
 */
export function readPerson(claims: Claims, settings: Pick<OidcSettings, "groupsClaim" | "trustEmail">): Person {
  const { iss: issuer, sub: subject, email_verified: verified } = claims;
  const isIdentity = typeof issuer === "string" && typeof subject === "string" && subject !== "";
  if (!isIdentity || subject.length > 255 || issuer.length > 500) throw new OidcError("answer_invalid");
  const email = emailOf(claims["email"]);
  // Some providers send the word instead of the value.
  const isVerified = verified === true || verified === "true" || (verified === undefined && settings.trustEmail);
  return {
    issuer,
    subject,
    email,
    emailVerified: email !== null && isVerified,
    name: nameOf(claims, email ?? subject),
    groups: groupsOf(claims, settings.groupsClaim),
  };
}

/** Whether two spellings are one issuer: settings often have a slash at the end that the provider does not write, or lack one. */
export function isSameIssuer(one: string, other: string | undefined): boolean {
  return other !== undefined && URL.parse(one)?.href === URL.parse(other)?.href;
}

/** The part behind the last @. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf("@") + 1);
}

function emailOf(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const email = value.trim().toLowerCase();
  return email.length <= LONGEST_EMAIL && EMAIL.test(email) ? email : null;
}

function nameOf(claims: Claims, fallback: string): string {
  for (const key of ["name", "preferred_username"]) {
    const value = claims[key];
    const name = typeof value === "string" ? clean(value) : "";
    if (name !== "") return name;
  }
  return clean(fallback.split("@")[0] ?? "") || "Someone";
}

/** One line without control characters, cut between code points. */
function clean(text: string): string {
  const line = text
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .trim();
  return [...line].slice(0, LONGEST_NAME).join("").slice(0, LONGEST_NAME).toWellFormed();
}

function groupsOf(claims: Claims, name: string): string[] {
  const value = claims[name];
  if (value === undefined || value === null) {
    const elsewhere = claims["_claim_names"];
    const isElsewhere = typeof elsewhere === "object" && elsewhere !== null && Object.hasOwn(elsewhere, name);
    if (isElsewhere || claims["hasgroups"] === true) throw new OidcError("groups_incomplete");
    return [];
  }
  const list = Array.isArray(value) ? value : [value];
  return list.filter((group): group is string => typeof group === "string" && group !== "");
}
