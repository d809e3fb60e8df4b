// The table of role × action, written out: who changes it changes this picture of it, too.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type Actor, ROLES } from "./actor.js";
import {
  type Action,
  assertCan,
  isAtLeast,
  may,
  POLICIES,
  policiesAsMarkdown,
  scopesAllow,
  scopesOf,
} from "./policies.js";
import { SCOPE_NAMES, type Scope } from "./scopes.js";

const MAY: Record<Action, string> = {
  "workspace.read": "owner admin member viewer",
  "workspace.update": "owner admin",
  "workspace.transfer": "owner",
  "workspace.delete": "owner",
  "members.read": "owner admin member viewer",
  "members.leave": "owner admin member viewer",
  "members.manage": "owner admin",
  "invites.manage": "owner admin",
  "conversation.read": "owner admin member viewer",
  "conversation.write": "owner admin member",
  "conversation.hold": "owner admin",
  "models.read": "owner admin member viewer",
  "models.favourite": "owner admin member viewer",
  "models.manage": "owner admin",
  "gateway.use": "owner admin member",
  "gateway.read": "owner admin member viewer",
  "gateway.manage": "owner admin",
  "gateway.logs": "owner admin member",
  "gateway.logs-all": "owner admin",
  "vault.read": "owner admin",
  "vault.manage": "owner admin",
  "audit.read": "owner admin",
  "analytics.read": "owner admin member",
  "analytics.all": "owner admin",
  "budgets.read": "owner admin member viewer",
  "budgets.manage": "owner admin",
  "limits.read": "owner admin member viewer",
  "api-keys.own": "owner admin member viewer",
  "api-keys.manage": "owner admin",
};

/** Action → the scopes of which a platform key needs one. */
const KEYS_MAY: Record<Action, string> = {
  "workspace.read": "read chat gateway analytics audit.read vault.manage members.manage workspace.manage",
  "workspace.update": "workspace.manage",
  "workspace.transfer": "",
  "workspace.delete": "",
  "members.read": "read members.manage",
  "members.leave": "members.manage",
  "members.manage": "members.manage",
  "invites.manage": "members.manage",
  "conversation.read": "read chat",
  "conversation.write": "chat",
  "conversation.hold": "workspace.manage",
  "models.read": "read chat gateway",
  "models.favourite": "chat",
  "models.manage": "workspace.manage",
  "gateway.use": "gateway",
  "gateway.read": "read gateway",
  "gateway.manage": "workspace.manage",
  "gateway.logs": "",
  "gateway.logs-all": "",
  "vault.read": "vault.manage",
  "vault.manage": "vault.manage",
  "audit.read": "audit.read",
  "analytics.read": "analytics",
  "analytics.all": "analytics",
  "budgets.read": "read analytics",
  "budgets.manage": "workspace.manage",
  "limits.read": "read chat gateway analytics audit.read vault.manage members.manage workspace.manage",
  "api-keys.own": "",
  "api-keys.manage": "",
};

const refusal = (run: () => void): { status: number; code: string; message: string } | null => {
  try {
    run();
    return null;
  } catch (error) {
    const { status, code, message } = error as { status: number; code: string; message: string };
    return { status, code, message };
  }
};

describe("the policies", () => {
  it("are exactly these", () => {
    const table = Object.keys(POLICIES).map((name) => {
      const action = name as Action;
      const may = ROLES.filter((role) => {
        try {
          assertCan({ role } as Actor, action);
          return true;
        } catch (error) {
          assert.equal((error as { status: number }).status, 403);
          return false;
        }
      });
      return [action, may.join(" ")];
    });
    assert.deepEqual(Object.fromEntries(table), MAY);
  });

  it("are what docs/policies.md says", async () => {
    const file = join(import.meta.dirname, "../../../docs/policies.md");
    assert.equal(await readFile(file, "utf8"), policiesAsMarkdown());
  });

  it("order the roles", () => {
    for (const [place, role] of ROLES.entries()) {
      for (const [other, least] of ROLES.entries())
        assert.equal(isAtLeast(role, least), place <= other, `${role} ${least}`);
    }
  });

  it("give each scope of a platform key exactly these actions, whatever the role", () => {
    const actions = Object.keys(POLICIES) as Action[];
    const table = actions.map((action) => {
      const sharing = SCOPE_NAMES.filter((scope) => {
        const key = { scopes: [scope] } as unknown as NonNullable<Actor["key"]>;
        const refused = refusal(() => assertCan({ role: "owner", key }, action));
        assert.equal(scopesAllow([scope], action), refused === null, `${scope} ${action}`);
        for (const role of ROLES)
          assert.equal(may({ role, key }, action), refusal(() => assertCan({ role, key }, action)) === null);
        return refused === null;
      });
      return [action, sharing.join(" ")];
    });
    assert.deepEqual(Object.fromEntries(table), KEYS_MAY);
    for (const action of actions) assert.equal(scopesAllow([], action), false, action);
  });

  it("say what is missing: the role first, then the scope", () => {
    const key = (...scopes: Scope[]) => ({ scopes }) as unknown as NonNullable<Actor["key"]>;
    assert.deepEqual(
      refusal(() => assertCan({ role: "viewer", key: key() }, "vault.read")),
      {
        status: 403,
        code: "forbidden",
        message: "Your role in this workspace (viewer) does not allow this; it takes admin.",
      },
    );
    assert.deepEqual(
      refusal(() => assertCan({ role: "owner", key: key("gateway") }, "conversation.read")),
      {
        status: 403,
        code: "insufficient_scope",
        message: "This platform key does not allow this; it takes the scope read or chat.",
      },
    );
    assert.deepEqual(
      refusal(() => assertCan({ role: "owner", key: key(...SCOPE_NAMES) }, "workspace.delete")),
      { status: 403, code: "insufficient_scope", message: "No platform key may do this: sign in for it." },
    );
    assert.equal(
      refusal(() => assertCan({ role: "viewer", key: key("gateway", "read") }, "conversation.read")),
      null,
    );
  });

  it("let nobody give a key a scope of which they may not do everything", () => {
    assert.deepEqual(scopesOf("owner"), SCOPE_NAMES);
    assert.deepEqual(scopesOf("admin"), SCOPE_NAMES);
    assert.deepEqual(scopesOf("member"), ["read", "chat", "gateway", "analytics"]);
    assert.deepEqual(scopesOf("viewer"), ["read"]);
  });
});
