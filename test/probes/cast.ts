// Who probes: people in every role and out of it, and platform keys of every scope.
import assert from "node:assert/strict";
import { Database } from "#libs/database/index";
import type { Role } from "#src/auth/actor";
import { SCOPE_NAMES, type Scope } from "#src/auth/scopes";
import type { ApiFixture } from "../../apps/api/api-fixture.js";
import type { Ids } from "./catalogue.js";

export type Headers = Record<string, string>;

const PASSWORD = "a long enough password 42";
const V1 = "/api/v1";

/** Somebody with credentials, and what they may do in the workspace that is theirs. */
export interface Prober {
  name: string;
  cookie?: string;
  token?: string;
  /** Null: no member of the home workspace. */
  role: Role | null;
  /** Of a platform key. */
  scopes?: readonly Scope[];
  /** Of a platform key that does not hold any more. */
  ended?: boolean;
}

interface Person {
  cookie: string;
  userId: string;
  workspaceId: string;
}

/** Stands in the texts of the victim's workspace, and nowhere else. */
export const VICTIM_WORD = "quokka";

/** The stage: a home workspace with its people, and the workspace of a victim. */
export interface Cast {
  people: Prober[];
  keys: Prober[];
  home: Ids;
  victim: Ids;
  /** A platform key of the victim's that holds: for probes that put it where no key belongs. */
  victimToken: string;
  headers(prober: Prober): Headers;
}

export async function buildCast(api: ApiFixture): Promise<Cast> {
  const origin = `http://127.0.0.1:${api.port}`;
  const base: Headers = { "content-type": "application/json", origin, host: `127.0.0.1:${api.port}` };
  let made = 0;

  async function call<T>(as: Person | undefined, method: string, path: string, body?: object): Promise<T> {
    const headers = { ...base, ...(as && { cookie: as.cookie }) };
    const answer = await api.send(method, V1 + path, headers, body && JSON.stringify(body));
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.body}`);
    return (answer.body === "" ? {} : answer.json()) as T;
  }
  async function aPerson(): Promise<Person> {
    made += 1;
    const body = JSON.stringify({ email: `prober-${made}@example.test`, password: PASSWORD });
    const answer = await api.send("POST", `${V1}/auth/register`, base, body);
    assert.equal(answer.status, 201, answer.body);
    const { user, workspaces } = answer.json() as { user: { id: string }; workspaces: { id: string }[] };
    const cookie = String(answer.headers["set-cookie"]).split(";")[0]!;
    return { cookie, userId: user.id, workspaceId: workspaces[0]!.id };
  }
  const aKey = async (as: Person, ws: string, scopes: readonly Scope[]): Promise<{ id: string; token: string }> =>
    call(as, "POST", `/workspaces/${ws}/api-keys`, { name: scopes.join(" ").slice(0, 60), scopes });
  async function join(owner: Person, role: Role): Promise<Person> {
    const { token } = await call<{ token: string }>(owner, "POST", `/workspaces/${owner.workspaceId}/invites`, {
      role,
    });
    const person = await aPerson();
    await call(person, "POST", "/workspaces/invites/accept", { token });
    return person;
  }
  /** One of everything in somebody's workspace. */
  async function furnish(owner: Person, word: string): Promise<Ids & { token: string }> {
    const at = `/workspaces/${owner.workspaceId}`;
    const idOf = async (path: string, body: object) => (await call<{ id: string }>(owner, "POST", at + path, body)).id;
    const conversation = await idOf("/conversations", { title: `private ${word}` });
    const sent = await call<{ assistantMessage: { id: string } }>(
      owner,
      "POST",
      `${at}/conversations/${conversation}/messages`,
      { clientMessageId: "first", content: `a private question ${word}` },
    );
    const key = await aKey(owner, owner.workspaceId, SCOPE_NAMES);
    const sessions = await call<{ data: { id: string }[] }>(owner, "GET", "/auth/sessions");
    const identity = crypto.randomUUID();
    const now = Date.now();
    const db = api.app.get(Database, { strict: false });
    await db.insert("identities", {
      id: identity,
      user_id: owner.userId,
      issuer: "https://sign-in.example.test",
      subject: owner.userId,
      email: null,
      operator_granted: 0,
      created_at: now,
      last_used_at: now,
    });
    const passkey = crypto.randomUUID();
    await db.insert("passkeys", {
      id: passkey,
      user_id: owner.userId,
      credential_id: passkey,
      public_key: "",
      counter: 0,
      transports: "[]",
      rp_id: "chat.example.test",
      name: "of the cast",
      created_at: now,
      last_used_at: null,
    });
    const gatewayLog = crypto.randomUUID();
    await db.insert("provider_calls", {
      id: gatewayLog,
      workspace_id: owner.workspaceId,
      user_id: owner.userId,
      api_key_id: key.id,
      kind: "gateway",
      attempt: 1,
      model: "sim/plain",
      cost_usd: "0",
      cost_pico: 0,
      state: "final",
      reconcile_tries: 0,
      created_at: now,
    });
    await db.insert("gateway_logs", {
      id: gatewayLog,
      workspace_id: owner.workspaceId,
      path: "/chat/completions",
      status: "answered",
      http_status: 200,
      streamed: 0,
      request_bytes: 2,
      request_cut: 0,
      answer_bytes: 2,
      answer_cut: 0,
      dek_version: 1,
      sealed: "",
      created_at: now,
    });
    return {
      workspace: owner.workspaceId,
      conversation,
      message: sent.assistantMessage.id,
      user: (await join(owner, "member")).userId,
      apiKey: key.id,
      token: key.token,
      providerKey: await idOf("/vault/keys", {
        provider: "openrouter",
        label: `of ${word}`,
        secret: "sk-or-v1-of-the-cast-012345",
      }),
      invite: await idOf("/invites", { role: "viewer" }),
      session: sessions.data[0]!.id,
      identity,
      passkey,
      gatewayLog,
    };
  }

  const operator = await aPerson();
  const owner = await aPerson();
  const stranger = await aPerson();
  const { token: victimToken, ...victim } = await furnish(await aPerson(), VICTIM_WORD);
  const { token: _own, ...home } = await furnish(owner, "of one's own");
  const admin = await join(owner, "admin");
  const member = await join(owner, "member");
  const viewer = await join(owner, "viewer");
  const demoted = await join(owner, "admin");
  const removed = await join(owner, "admin");
  const ofScope = await Promise.all(
    SCOPE_NAMES.map(async (scope) => [scope, await aKey(owner, home.workspace, [scope])] as const),
  );
  const wide = (who: Person, ws = home.workspace) => aKey(who, ws, SCOPE_NAMES);
  const keys: Prober[] = [
    ...ofScope.map(([scope, { token }]) => ({ name: `key: ${scope}`, token, role: "owner" as const, scopes: [scope] })),
    { name: "key of the demoted", token: (await wide(demoted)).token, role: "viewer", scopes: SCOPE_NAMES },
    { name: "key of the removed", token: (await wide(removed)).token, role: null, scopes: SCOPE_NAMES, ended: true },
    {
      name: "key elsewhere",
      token: (await wide(stranger, stranger.workspaceId)).token,
      role: null,
      scopes: SCOPE_NAMES,
    },
  ];
  await call(owner, "PATCH", `/workspaces/${home.workspace}/members/${demoted.userId}`, { role: "viewer" });
  await call(owner, "DELETE", `/workspaces/${home.workspace}/members/${removed.userId}`);
  const person = (name: string, { cookie }: Person, role: Role | null): Prober => ({ name, cookie, role });
  return {
    people: [
      person("owner", owner, "owner"),
      person("admin", admin, "admin"),
      person("member", member, "member"),
      person("viewer", viewer, "viewer"),
      person("demoted", demoted, "viewer"),
      person("removed", removed, null),
      person("stranger", stranger, null),
      person("operator", operator, null),
    ],
    keys,
    home,
    victim,
    victimToken,
    headers: ({ cookie, token }) => ({
      ...base,
      ...(cookie && { cookie }),
      ...(token && { authorization: `Bearer ${token}` }),
    }),
  };
}
