// Whose account a person is, what linking takes away, and that groups and people's own changes leave no workspace without an owner.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { Database } from "#libs/database/index";
import { World } from "../../test/app/world.js";
import type { Actor, Role } from "../auth/actor.js";
import { ApiKeysRepository } from "../auth/api-keys.repository.js";
import { MembershipsRepository } from "../auth/memberships.repository.js";
import { SessionsService } from "../auth/sessions.service.js";
import { InvitesService } from "../workspaces/invites.service.js";
import { IdentitiesRepository } from "./identities.repository.js";
import { IdentitiesService } from "./identities.service.js";
import { OidcSignIn } from "./oidc-sign-in.js";
import type { Person } from "./person.js";

const ISSUER = "https://id.example.com";
const TEAM = "0198f3a2-7c00-7000-8000-000000000001";
const GROUPS: Record<string, Role> = { owners: "owner", leads: "admin", engineers: "member", guests: "viewer" };
const ENV = {
  OIDC_ISSUER: ISSUER,
  OIDC_CLIENT_ID: "parley",
  OIDC_CLIENT_SECRET: "a secret of the tests",
  OIDC_LINK_DOMAINS: "corp.test",
  OIDC_OPERATOR_GROUPS: '["ops"]',
  OIDC_ROLE_MAP: JSON.stringify(Object.entries(GROUPS).map(([group, role]) => ({ group, role, workspace: TEAM }))),
};

for (const kind of ["sqlite", "postgres"] as const) {
  describe(`a person of the provider on ${kind}`, () => {
    let world: World;
    let operator: Actor;
    let people = 0;

    before(async () => {
      world = await World.start(ENV, kind);
      operator = await world.anOwner();
      const row = { id: TEAM, name: "Team", created_at: Date.now() };
      await world.get(Database).insert("workspaces", row);
      await members().add(TEAM, operator.userId, "owner");
    });
    after(() => world?.stop());

    const members = () => world.get(MembershipsRepository);
    const aPerson = (change: Partial<Person> = {}): Person => {
      people += 1;
      const email = `somebody-${people}@corp.test`;
      return { issuer: ISSUER, subject: `s-${people}`, email, emailVerified: true, name: "S", groups: [], ...change };
    };
    const signIn = async (person: Person) => (await world.get(OidcSignIn).signIn(person, undefined)).user;
    const acts = async (about: string) => {
      const sql = "SELECT action FROM audit_events WHERE user_id = ? OR target_id = ? ORDER BY seq";
      const rows = await world.get(Database).query<{ action: string }>(sql, [about, about]);
      return rows.map(({ action }) => action);
    };

    it("takes over an account with the same e-mail with none of what was set up before", async () => {
      const email = "early@corp.test";
      const early = await world.anAccount({ email });
      const [own] = await members().workspacesOf(early.userId);
      const actor = { ...early, workspaceId: own!.id, role: "owner" as const };
      const { row } = await world.aKey(actor);
      const invite = await world.get(InvitesService).create(actor, { role: "admin" });
      await world.get(Database).insert("password_resets", {
        ...{ token_hash: "x".repeat(64), user_id: early.userId, expires_at: Date.now() + 60_000 },
      });
      const user = await signIn(aPerson({ email }));
      assert.equal(user.id, early.userId);
      assert.equal(await world.get(SessionsService).find(early.token), null);
      assert.equal(await world.get(ApiKeysRepository).held(row.id), undefined);
      assert.equal(await members().openInvite(invite.token), null);
      assert.deepEqual(await world.get(Database).query("SELECT 1 FROM password_resets"), []);
      assert.ok((await acts(user.id)).includes("account.identity_linked"));
    });

    it("is found by issuer and subject alone, whatever the e-mail becomes", async () => {
      const person = aPerson();
      const user = await signIn(person);
      for (const email of ["new@corp.test", operator.email, null])
        assert.equal((await signIn({ ...person, email })).id, user.id);
      const elsewhere = { ...person, issuer: "https://other.example.com", email: "other@corp.test" };
      assert.notEqual((await signIn(elsewhere)).id, user.id);
    });

    it("leaves a line in the audit log when it is refused an account that is there", async () => {
      const kept = await world.anAccount({ email: "kept@elsewhere.test" });
      await assert.rejects(signIn(aPerson({ email: kept.email })), { code: "account_exists" });
      assert.ok((await acts(kept.userId)).includes("session.refused"));
    });

    it("is one account of many first sign-ins at once", async () => {
      const person = aPerson({ groups: ["leads"] });
      const users = await Promise.all(Array.from({ length: 6 }, () => signIn(person)));
      assert.equal(new Set(users.map(({ id }) => id)).size, 1);
      assert.equal(await members().roleOf(TEAM, users[0]!.id), "admin");
    });

    // On SQLite there is one writer at a time.
    if (kind === "postgres")
      it("is the one account that another first sign-in makes between two looks of this one", async () => {
        const person = aPerson();
        const identities = world.get(IdentitiesRepository);
        const find = identities.find.bind(identities);
        const outsideOfTheTransaction = AsyncLocalStorage.snapshot();
        let first: string | undefined;
        identities.find = async (issuer, subject) => {
          identities.find = find;
          const before = await find(issuer, subject);
          first = (await outsideOfTheTransaction(() => signIn(person))).id;
          return before;
        };
        assert.equal((await signIn(person)).id, first);
      });

    it("loses by unlinking what groups gave, and no more", async () => {
      const hand = await world.aMember({ ...operator, workspaceId: TEAM }, "viewer");
      const person = aPerson({ groups: ["leads", "ops"] });
      await world.get(OidcSignIn).link(person, hand.userId);
      assert.equal(await members().roleOf(TEAM, hand.userId), "admin");
      const operators = "SELECT is_operator AS yes FROM users WHERE id = ?";
      const isOperator = async () =>
        Number((await world.get(Database).one<{ yes: number }>(operators, [hand.userId]))?.yes);
      assert.equal(await isOperator(), 1);
      const [identity] = await world.get(IdentitiesService).list(hand.userId, 1, undefined);
      await world.get(IdentitiesService).unlink(hand, identity!.id);
      assert.deepEqual([await members().roleOf(TEAM, hand.userId), await isOperator()], ["viewer", 0]);
      assert.ok((await acts(hand.userId)).includes("account.identity_unlinked"));
    });

    it("leaves a workspace with an owner, and has the group's role, whatever happens in between", async () => {
      const persons = [aPerson(), aPerson()];
      const ids = await Promise.all(persons.map(async (person) => (await signIn(person)).id));
      // Nobody else owns it, so each of the two may be the last one.
      await members().add(TEAM, ids[0]!, "owner");
      await members().setRole(TEAM, operator.userId, "viewer");
      const groups = fc.subarray([...Object.keys(GROUPS), "others"]);
      const step = fc.oneof(
        fc.record({ who: fc.nat(1), groups }),
        fc.record({ who: fc.nat(1), by: fc.constantFrom<Role | "out">("owner", "admin", "viewer", "out") }),
      );
      const ranks = Object.values(GROUPS);
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
          for (const one of steps) {
            const id = ids[one.who]!;
            const role = await members().roleOf(TEAM, id);
            if ("groups" in one) {
              const roles = one.groups.flatMap((group) => GROUPS[group] ?? []);
              const wanted = roles.sort((a, b) => ranks.indexOf(a) - ranks.indexOf(b))[0];
              const owners = await members().owners(TEAM);
              await signIn({ ...persons[one.who]!, groups: one.groups });
              const now = await members().roleOf(TEAM, id);
              const isLast = role === "owner" && owners === 1;
              if (wanted !== undefined && !isLast) assert.equal(now, wanted);
              // Leaving groups never raises.
              if (wanted === undefined && role === null) assert.equal(now, null);
              if (wanted === undefined && now !== null) assert.ok(ranks.indexOf(now) >= ranks.indexOf(role!));
            } else if (one.by === "out") {
              const isLast = role === "owner" && (await members().owners(TEAM)) === 1;
              if (role !== null && !isLast) await members().remove(TEAM, id);
            } else {
              const isLast = role === "owner" && (await members().owners(TEAM)) === 1;
              if (role === null) await members().add(TEAM, id, one.by);
              else if (!isLast) await members().setRole(TEAM, id, one.by);
            }
            assert.ok((await members().owners(TEAM)) >= 1);
          }
        }),
        { numRuns: kind === "sqlite" ? 60 : 20 },
      );
    });

    it("keeps one of two owners who lose it in the same moment", async () => {
      const persons = [aPerson({ groups: ["owners"] }), aPerson({ groups: ["owners"] })];
      const ids = await Promise.all(persons.map(async (person) => (await signIn(person)).id));
      for (const { userId } of await members().members(TEAM, 100, undefined))
        if (!ids.includes(userId)) await members().setRole(TEAM, userId, "viewer");
      assert.equal(await members().owners(TEAM), 2);
      await Promise.all(persons.map((person) => signIn({ ...person, groups: [] })));
      assert.equal(await members().owners(TEAM), 1);
    });

    it("owns the instance when it is the first one, and of two at once one does", async () => {
      const fresh = await World.start({ ...ENV, OIDC_ONLY: "true", REGISTRATION: "invite" }, kind);
      const tries = await Promise.allSettled(
        ["a", "b"].map((subject) =>
          fresh.get(OidcSignIn).signIn(aPerson({ subject, email: `${subject}@elsewhere.test` }), undefined),
        ),
      );
      const won = tries.flatMap((one) => (one.status === "fulfilled" ? [one.value.user] : []));
      const lost = tries.flatMap((one) => (one.status === "rejected" ? [(one.reason as { code: string }).code] : []));
      await fresh.stop();
      assert.deepEqual([won.length, won[0]?.isOperator, lost], [1, true, ["invite_required"]]);
    });
  });
}
