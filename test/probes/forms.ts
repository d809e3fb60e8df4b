// The ways to hand credentials over, honest and not: what each of them may change is nothing.
import type { Headers, Prober } from "./cast.js";

/** One way to send a request's credentials. */
export interface Form {
  name: string;
  headers: (own: Headers) => Headers;
  /** Statuses that are right as well as the rule's own, or in place of it when `instead`. */
  also?: number;
  /** Only for requests that write: the only right status. */
  writesAnswer?: number;
}

/** Headers by which servers behind proxies were talked into another address, method or person. */
const TRICKS: Headers = {
  "x-forwarded-for": "127.0.0.1",
  "x-forwarded-host": "localhost",
  "x-forwarded-proto": "https",
  "x-forwarded-user": "admin",
  "x-real-ip": "127.0.0.1",
  forwarded: "for=127.0.0.1;host=localhost",
  "x-original-url": "/health/live",
  "x-rewrite-url": "/health/live",
};
const OVERRIDES: Headers = {
  "x-http-method-override": "GET",
  "x-http-method": "GET",
  "x-method-override": "GET",
};

/** How people of a browser ask. */
export const COOKIE_FORMS: Form[] = [
  { name: "cookie", headers: (own) => own },
  { name: "cookie behind a proxy", headers: (own) => ({ ...own, ...TRICKS }) },
  { name: "cookie, another method", headers: (own) => ({ ...own, ...OVERRIDES }) },
  // A token that was given is the only credential.
  { name: "cookie and a bad token", headers: (own) => ({ ...own, authorization: "Bearer pk_nothing" }), also: 401 },
  {
    name: "cookie twice",
    headers: (own) => ({ ...own, cookie: `${own["cookie"]}; parley_session=${"A".repeat(43)}` }),
  },
  { name: "a foreign page", headers: (own) => ({ ...own, origin: "https://elsewhere.example" }), writesAnswer: 403 },
];

/** How programs ask. */
export const KEY_FORMS: Form[] = [
  { name: "bearer", headers: (own) => own },
  {
    name: "lower case",
    headers: ({ authorization = "", ...own }) => ({
      ...own,
      authorization: authorization.replace("Bearer", "bearer  "),
    }),
  },
  { name: "bearer behind a proxy", headers: (own) => ({ ...own, ...TRICKS, ...OVERRIDES }) },
];

/** A key beside the cookie of somebody with more rights: the key alone counts. */
export const besideCookie = (person: Prober): Form => ({
  name: "bearer beside an owner's cookie",
  headers: (own) => ({ ...own, cookie: person.cookie! }),
});

/** What is no credential at all, although it may hold one. @param token a key that would hold, @param base headers of every request */
export function noCredentials(token: string, base: Headers): Form[] {
  const form = (name: string, headers: Headers): Form => ({ name, headers: () => ({ ...base, ...headers }) });
  return [
    form("nothing", {}),
    form("an empty cookie", { cookie: "parley_session=" }),
    form("a made-up cookie", { cookie: `parley_session=${"A".repeat(43)}` }),
    form("a key as a cookie", { cookie: `parley_session=${token}` }),
    form("an empty token", { authorization: "Bearer " }),
    form("a made-up token", { authorization: `Bearer pk_${"a".repeat(43)}` }),
    form("a key with a letter more", { authorization: `Bearer ${token}x` }),
    form("two keys in one", { authorization: `Bearer ${token}, Bearer ${token}` }),
    form("a key without a scheme", { authorization: token }),
    form("a key as a password", { authorization: `Basic ${Buffer.from(`key:${token}`).toString("base64")}` }),
    form("a key in another header", { "x-api-key": token, "api-key": token, "proxy-authorization": `Bearer ${token}` }),
    form("the words of a proxy", { ...TRICKS, ...OVERRIDES }),
  ];
}
