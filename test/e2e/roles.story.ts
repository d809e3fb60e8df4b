// A workspace with several people: invited, each with a role, and gone at once when they are removed.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { CookieJar, type Role, type WorkspaceClient } from "#libs/client/index";
import type { Account } from "../app/account.js";
import type { App } from "../app/app.js";
import { type Asked, ask, uniqueText } from "./ask.js";

export function roles(theApp: () => App): void {
  describe("a shared workspace", () => {
    let owner: Account;
    let asked: Asked;
    const people = new Map<Role, Account>();

    before(async () => {
      owner = await theApp().aUser("Owner");
      asked = await ask(owner, "sim/tokens:3");
      await asked.heard.end(asked.assistantMessage.id);
      for (const role of ["admin", "member", "viewer"] as const) {
        const person = await theApp().aUser(role);
        const { token } = await owner.workspace.invites.create({ role });
        const joined = await person.client.workspaces.accept({ token });
        assert.deepEqual([joined.id, joined.role], [owner.workspaceId, role]);
        people.set(role, person);
      }
    });

    function as(role: Role): WorkspaceClient {
      const person = role === "owner" ? owner : people.get(role);
      assert.ok(person);
      return person.client.workspace(owner.workspaceId);
    }

    /** What each role may do; the others get 403, since they see the thing. */
    const rights: [name: string, allowed: Role[], go: (workspace: WorkspaceClient) => Promise<unknown>][] = [
      ["read", ["owner", "admin", "member", "viewer"], (ws) => ws.conversations.get(asked.conversation.id)],
      ["create a conversation", ["owner", "admin", "member"], (ws) => ws.conversations.create({})],
      [
        "send",
        ["owner", "admin", "member"],
        (ws) =>
          ws.messages.send(asked.conversation.id, {
            clientMessageId: crypto.randomUUID(),
            content: uniqueText(),
            model: "sim/plain",
          }),
      ],
      ["invite", ["owner", "admin"], (ws) => ws.invites.create({ role: "viewer" })],
      [
        "add a provider key",
        ["owner", "admin"],
        (ws) =>
          ws.providerKeys.create({ provider: "openrouter", label: "k", secret: "sk-or-v1-key-of-a-role-test-0123" }),
      ],
      ["delete the workspace", [], (ws) => ws.delete()],
    ];
    for (const [name, allowed, go] of rights) {
      for (const role of ["admin", "member", "viewer"] as const) {
        const may = allowed.includes(role);
        it(`${may ? "lets" : "does not let"} a ${role} ${name}`, async () => {
          if (may) await go(as(role));
          else await assert.rejects(go(as(role)), { status: 403 });
        });
      }
    }

    it("does not let an admin make an owner", async () => {
      await assert.rejects(as("admin").invites.create({ role: "owner" }), { status: 403 });
      const viewer = people.get("viewer");
      assert.ok(viewer);
      await assert.rejects(as("admin").members.update(viewer.me.user.id, { role: "owner" }), { status: 403 });
    });

    it("keeps an invite for one use, and for the one it was meant for", async () => {
      const { token } = await owner.workspace.invites.create({ role: "viewer", email: "someone.else@example.test" });
      const person = await theApp().aUser();
      await assert.rejects(person.client.workspaces.accept({ token }));
      const open = await owner.workspace.invites.create({ role: "viewer" });
      await person.client.workspaces.accept({ token: open.token });
      const late = await theApp().aUser();
      await assert.rejects(late.client.workspaces.accept({ token: open.token }));
      await owner.workspace.members.remove(person.me.user.id);
    });

    it("lets a person with an invite sign up", async () => {
      const { token } = await owner.workspace.invites.create({ role: "member" });
      const client = theApp().client({ cookies: new CookieJar() });
      const me = await client.auth.register({
        email: `invited-${Date.now()}@example.test`,
        password: "a long enough password 42",
        inviteToken: token,
      });
      assert.ok(me.workspaces.some(({ id, role }) => id === owner.workspaceId && role === "member"));
      await owner.workspace.members.remove(me.user.id);
    });

    it("changes what a person may do from one request to the next", async () => {
      const viewer = people.get("viewer");
      assert.ok(viewer);
      await owner.workspace.members.update(viewer.me.user.id, { role: "member" });
      await as("viewer").conversations.create({});
      await owner.workspace.members.update(viewer.me.user.id, { role: "viewer" });
      await assert.rejects(as("viewer").conversations.create({}), { status: 403 });
    });

    it("is gone for a person who was removed, also on the sockets that were open", async () => {
      const member = people.get("member");
      assert.ok(member);
      const { socket, heard } = await member.listen(1);
      const [workspaceId, conversationId] = [owner.workspaceId, asked.conversation.id];
      await socket.send("conversation:join", { workspaceId, conversationId });
      await owner.workspace.members.remove(member.me.user.id);
      await assert.rejects(as("member").conversations.get(conversationId), { status: 404 });
      await assert.rejects(socket.send("conversation:join", { workspaceId, conversationId }), { code: "not_found" });
      const before = heard.heard.length;
      const more = await ask(owner, "sim/tokens:3", { conversation: asked.conversation });
      await more.heard.end(more.assistantMessage.id);
      // An event of the member's own room comes last, so what leaked would stand before it.
      const own = await member.aConversation();
      await socket.send("conversation:join", { workspaceId: member.workspaceId, conversationId: own.id });
      await member.workspace.conversations.update(own.id, { title: "own" });
      await heard.event("conversation:updated", ({ conversation }) => conversation.id === own.id);
      const leaked = heard.heard.slice(before).filter((event) => JSON.stringify(event).includes(conversationId));
      assert.deepEqual(leaked, []);
    });
  });
}
