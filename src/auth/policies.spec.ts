// The table of role × action, written out: who changes it changes this picture of it, too.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type Actor, ROLES } from "./actor.js";
import { type Action, assertCan, isAtLeast, POLICIES, policiesAsMarkdown } from "./policies.js";

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
  "vault.read": "owner admin",
  "vault.manage": "owner admin",
  "audit.read": "owner admin",
  "analytics.read": "owner admin member",
  "budgets.read": "owner admin member viewer",
  "budgets.manage": "owner admin",
  "limits.read": "owner admin member viewer",
  "api-keys.own": "owner admin member viewer",
  "api-keys.manage": "owner admin",
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
});
