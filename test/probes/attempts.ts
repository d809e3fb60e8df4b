// Every probe of a route: which ids it puts in, and what the policies and the contract say the answer must be.
import { type Action, isAtLeast, POLICIES, scopesAllow } from "#src/auth/policies";
import type { Prober } from "./cast.js";
import { type IdField, type Ids, type Route, TEXTS } from "./catalogue.js";
import { BODIES, OWN_AFFAIRS } from "./fixtures.js";

/** Ids that a request puts in, field by field, and which of them are not the home workspace's. */
export interface Choice {
  name: string;
  ids: ReadonlyMap<IdField, string>;
  foreign: readonly IdField[];
}

/** An id that nothing has. */
export const NOTHING = "0190f5fe-7c00-7a00-8000-00000000dead";

/**
 * Which ids are put in: all one's own, all the victim's, and each field once with the victim's among one's own and once the
 * other way round. Fields beside the path are optional: they are put in only where they are probed.
 */
export function choicesOf(fields: readonly IdField[], home: Ids, victim: Ids): Choice[] {
  const path = fields.filter((field) => field.in === "path");
  const choice = (name: string, foreign: readonly IdField[], among: readonly IdField[] = path): Choice => ({
    name,
    foreign,
    ids: new Map(among.map((field) => [field, (foreign.includes(field) ? victim : home)[field.kind]])),
  });
  const each = fields.flatMap((field) => {
    const among = path.includes(field) ? path : [...path, field];
    const others = path.filter((other) => other !== field);
    const one = choice(`${field.in}.${field.name} is the victim's`, [field], among);
    // With one field alone this is all one's own, or all the victim's.
    return others.length === 0
      ? [one]
      : [one, choice(`all but ${field.in}.${field.name} is the victim's`, others, among)];
  });
  const all = path.length > 1 ? [choice("all is the victim's", path)] : [];
  return [choice("all is one's own", []), ...all, ...each];
}

/** The same choice with an id that nothing has in place of each foreign one: the answer must not tell the two apart. */
export function withNothing({ ids, foreign, name }: Choice): Choice {
  return {
    name,
    foreign,
    ids: new Map([...ids].map(([field, id]) => [field, foreign.includes(field) ? NOTHING : id])),
  };
}

/**
 * What the answer must be; null: it may succeed, so that it is no probe. "nothing": a list's filter that finds nothing;
 * "unknown": 404, or 422 where the body names what is not there.
 */
export type Expected = 401 | 403 | 404 | "nothing" | "unknown" | null;

/** What the policies and the contract say. @param prober null: nobody */
export function expectedOf(prober: Prober | null, route: Route, { foreign }: Choice): Expected {
  if (prober === null || prober.ended) return 401;
  if (route.action === "operator") return prober.name === "operator" ? null : 404;
  const isForeign = (place: IdField["in"]) => foreign.some((field) => field.in === place);
  const workspace = route.fields.find((field) => field.in === "path" && field.kind === "workspace");
  if (!workspace) {
    if (prober.token)
      return route.name === "GET /api/v1/auth/me" || route.name === "GET /api/v1/workspaces" ? null : 403;
    return isForeign("path") ? 404 : null;
  }
  if (foreign.includes(workspace) || prober.role === null) return 404;
  const action = route.action as Action;
  if (!isAtLeast(prober.role, POLICIES[action].least)) return 403;
  if (prober.scopes && !scopesAllow(prober.scopes, action)) return 403;
  if (isForeign("path")) return 404;
  if (isForeign("body")) return "unknown";
  return isForeign("query") ? "nothing" : null;
}

/** A request as it goes out. */
export interface Request {
  method: string;
  url: string;
  body: string | undefined;
}

/** @throws Error when the route has no fixture */
export function requestOf(route: Route, { ids }: Choice, home: Ids): Request {
  const put = (place: IdField["in"]) => [...ids].filter(([field]) => field.in === place);
  const texts = Object.entries(TEXTS).reduce((at, [name, text]) => at.replace(`{${name}}`, text), route.path);
  const path = put("path").reduce((at, [{ name }, id]) => at.replace(`{${name}}`, id), texts);
  const query = new URLSearchParams(Object.fromEntries(put("query").map(([{ name }, id]) => [name, id])));
  const body = BODIES[route.name]?.(home) ?? {};
  for (const [{ name }, id] of put("body")) putAt(body, name, id);
  const hasBody = ["POST", "PUT", "PATCH"].includes(route.method);
  return {
    method: route.method,
    url: query.size > 0 ? `${path}?${query}` : path,
    body: hasBody ? JSON.stringify(body) : undefined,
  };
}

/** @param way "budgets.0.subjectId": all but its last step must be there */
function putAt(body: Record<string, unknown>, way: string, id: string): void {
  const steps = way.split(".");
  const last = steps.pop()!;
  const holder = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], body);
  if (typeof holder !== "object" || holder === null)
    throw new Error(`The body in test/probes/fixtures.ts (BODIES) needs a "${steps.join(".")}" for the id in it.`);
  (holder as Record<string, unknown>)[last] = id;
}

/** What is missing for a route to be probed, in words; undefined: nothing. */
export function missingFor(route: Route): string | undefined {
  if (route.isPublic) return undefined;
  if (route.hasBody && !BODIES[route.name]) return `${route.name} has no body in test/probes/fixtures.ts (BODIES).`;
  const judged = route.action !== undefined || route.fields.length > 0 || OWN_AFFAIRS.has(route.name);
  if (!judged)
    return `${route.name} is under no workspace and takes no id: is it the caller's own affair (OWN_AFFAIRS in test/probes/fixtures.ts)?`;
  return undefined;
}
