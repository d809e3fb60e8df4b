// The settings of sign-in through an OpenID Connect provider.
import { z } from "zod";
import { flag } from "./flag.js";

/** What a role is called; the same words as in `src/auth/actor.ts`, which this library may not know. */
const ROLES = ["owner", "admin", "member", "viewer"] as const;

/** A role in a workspace that the provider's word gives. */
export interface GrantedRole {
  /** The workspace's id. */
  workspace: string;
  role: (typeof ROLES)[number];
}

/** Sign-in through one OpenID Connect provider. */
export interface OidcSettings {
  /** Exactly as the provider's metadata says it (OpenID Connect Discovery 1.0 §4.3). */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The provider's name on the button. */
  name: string;
  /** Space-separated, with `openid`. */
  scopes: string;
  /** The claim that lists the person's groups. */
  groupsClaim: string;
  /** Group → role in a workspace. */
  roleMap: ({ group: string } & GrantedRole)[];
  /** Whose verified e-mail is in the domain joins the workspace when they first come. */
  autoJoin: ({ domain: string } & GrantedRole)[];
  /** Whoever is in one of these groups is an operator. */
  operatorGroups: string[];
  /** Domains of which the provider has the last word who an address belongs to; `*`: all. */
  linkDomains: string[];
  /** The provider sends no `email_verified`, but its addresses are its own. */
  trustEmail: boolean;
  /** How long a sign-in lasts, ms: then the provider is asked again. */
  sessionMs: number;
  /** No sign-in by password. */
  only: boolean;
}

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 168;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const domain = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .refine((text) => /^[^\s@,]+\.[^\s@,]+$/.test(text), "must be a domain such as example.com");
const group = z.string().min(1, "must not be empty").max(500);
const grant = {
  workspace: z.uuid("must be a workspace's id").transform((id) => id.toLowerCase()),
  role: z.enum(ROLES, `must be one of ${ROLES.join(", ")}`),
};

/** JSON in a variable. */
function json<T extends z.ZodType>(inner: T) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: "custom", message: "must be JSON" });
        return z.NEVER;
      }
    })
    .pipe(inner);
}

/** The variables of the environment. */
export const oidcVariables = {
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/, error: "must be an https URL", abort: true })
    .refine((text) => {
      const { protocol, hostname } = new URL(text);
      return protocol === "https:" || LOOPBACK.test(hostname);
    }, "must begin with https:// (http:// only on this machine): the provider vouches for everybody")
    .refine((text) => !/[?#]/.test(text), "must have no query and no fragment")
    // Any tenant of Microsoft's would vouch for any address there.
    .refine(
      (text) => !/^https:\/\/login\.microsoftonline\.com\/(common|organizations|consumers)(\/|$)/i.test(text),
      "must name your tenant by its id",
    )
    .refine((text) => !text.includes("/.well-known/"), "is the issuer, without /.well-known/…")
    .optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  OIDC_NAME: z.string().trim().min(1).max(40, "must have at most 40 characters").optional(),
  OIDC_SCOPES: z
    .string()
    .transform((text) => text.trim().split(/\s+/).join(" "))
    .refine((text) => text.split(" ").includes("openid"), "must have openid among its scopes")
    .optional(),
  OIDC_GROUPS_CLAIM: z.string().min(1).max(200).optional(),
  OIDC_ROLE_MAP: json(z.array(z.strictObject({ group, ...grant }))).optional(),
  OIDC_AUTO_JOIN: json(z.array(z.strictObject({ domain, ...grant }))).optional(),
  OIDC_OPERATOR_GROUPS: json(z.array(group)).optional(),
  OIDC_LINK_DOMAINS: z
    .string()
    .transform((text) => text.split(",").map((one) => one.trim()))
    .pipe(z.array(z.union([z.literal("*"), domain])))
    .optional(),
  OIDC_TRUST_EMAIL: flag,
  OIDC_SESSION_HOURS: z.coerce.number().int().min(1).max(8_760).optional(),
  OIDC_ONLY: flag,
};

type OidcEnvironment = z.infer<z.ZodObject<typeof oidcVariables>>;

/** @param faults gets what is missing or does not fit together */
export function oidcSettings(
  env: OidcEnvironment & { NODE_ENV: string; PUBLIC_URL?: string | undefined },
  faults: string[],
): OidcSettings | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env;
  if (issuer === undefined) {
    const lone = Object.keys(oidcVariables).filter((name) => env[name as keyof OidcEnvironment]);
    for (const name of lone) faults.push(`${name} is set, but OIDC_ISSUER is not`);
    return undefined;
  }
  if (!clientId) faults.push("OIDC_CLIENT_ID is required when OIDC_ISSUER is set");
  if (!clientSecret) faults.push("OIDC_CLIENT_SECRET is required when OIDC_ISSUER is set");
  // Behind a proxy the process cannot know by itself to which address the provider sends people back.
  if (env.NODE_ENV === "production" && !env.PUBLIC_URL)
    faults.push("PUBLIC_URL is required when OIDC_ISSUER is set: the provider sends people back to it");
  const roleMap = env.OIDC_ROLE_MAP ?? [];
  const operatorGroups = env.OIDC_OPERATOR_GROUPS ?? [];
  return {
    issuer,
    clientId: clientId ?? "",
    clientSecret: clientSecret ?? "",
    name: env.OIDC_NAME ?? "single sign-on",
    scopes: env.OIDC_SCOPES ?? "openid email profile",
    groupsClaim: env.OIDC_GROUPS_CLAIM ?? "groups",
    roleMap,
    autoJoin: env.OIDC_AUTO_JOIN ?? [],
    operatorGroups,
    linkDomains: env.OIDC_LINK_DOMAINS ?? [],
    trustEmail: env.OIDC_TRUST_EMAIL,
    sessionMs: (env.OIDC_SESSION_HOURS ?? WEEK_HOURS) * HOUR_MS,
    only: env.OIDC_ONLY,
  };
}
