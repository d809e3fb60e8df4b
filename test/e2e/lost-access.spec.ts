// Who is removed, demoted or in a workspace that is deleted loses open sockets and streams on every process within a second.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Role } from "#libs/client/index";
import type { Account, Listener } from "../app/account.js";
import { App } from "../app/app.js";
import { until, within } from "../app/patience.js";
import { ask } from "./ask.js";

/** What the product promises, ms. */
const PROMISED_MS = 1_000;

describe("access that was taken away", () => {
  let app: App;
  let owner: Account;

  before(async () => {
    app = await App.start({ apis: 2, env: { REGISTRATION: "open" } });
    owner = await app.aUser("Owner");
  });
  after(() => app?.stop());

  async function aMember(role: Role): Promise<Account> {
    const person = await app.aUser(role);
    const { token } = await owner.workspace.invites.create({ role });
    await person.client.workspaces.accept({ token });
    return person;
  }

  /** A socket of the person on the other process, in a room of the shared workspace, and word of its end. */
  async function listening(person: Account, conversationId: string): Promise<Listener & { ended: Promise<void> }> {
    const listener = await person.listen(1);
    const { socket } = listener;
    await socket.send("conversation:join", { workspaceId: owner.workspaceId, conversationId });
    await socket.send("workspace:join", { workspaceId: owner.workspaceId });
    const ended = until(socket.status, () => socket.status.getSnapshot().state !== "online", "the end of the socket");
    return { ...listener, ended };
  }

  async function took(ended: Promise<void>, act: () => Promise<unknown>): Promise<number> {
    await act();
    const start = performance.now();
    await ended;
    return performance.now() - start;
  }

  it("closes the sockets of a person who was removed, and of one who was demoted", async () => {
    const { id } = await owner.aConversation();
    for (const change of [
      (person: Account) => owner.workspace.members.remove(person.me.user.id),
      (person: Account) => owner.workspace.members.update(person.me.user.id, { role: "viewer" }),
    ]) {
      const person = await aMember("admin");
      const { ended, heard } = await listening(person, id);
      const ms = await took(ended, () => change(person));
      assert.deepEqual(heard.all("membership:changed"), [{ workspaceId: owner.workspaceId }]);
      assert.ok(ms < PROMISED_MS, `${ms} ms`);
    }
  });

  it("ends event streams over HTTP, and takes away the control of an answer", async () => {
    const person = await aMember("member");
    const asked = await ask(owner, "sim/tokens:600,rate:30");
    const { id } = asked.assistantMessage;
    const url = `${app.baseUrls[1]}/api/v1/workspaces/${owner.workspaceId}/messages/${id}/events`;
    const response = await fetch(url, { headers: { cookie: person.jar.header() } });
    assert.equal(response.status, 200);
    const reader = response.body!.getReader();
    await reader.read();
    const drained = async () => {
      while (!(await reader.read()).done);
    };
    const ended = within(drained(), "the end of the stream");
    const ms = await took(ended, () => owner.workspace.members.remove(person.me.user.id));
    assert.ok(ms < PROMISED_MS, `${ms} ms`);
    await assert.rejects(person.client.workspace(owner.workspaceId).messages.stop(id), { status: 404 });
    const { status } = await owner.workspace.messages.get(id);
    assert.ok(status === "streaming" || status === "pending", status);
    await owner.workspace.messages.stop(id);
    await asked.heard.end(id);
  });

  it("holds when Redis is away at that moment: sockets end as soon as it is back", async () => {
    const { id } = await owner.aConversation();
    const person = await aMember("admin");
    const demoted = await aMember("admin");
    const { ended } = await listening(person, id);
    await app.redis.kill();
    await owner.workspace.members.remove(person.me.user.id);
    await owner.workspace.members.update(demoted.me.user.id, { role: "viewer" });
    await assert.rejects(person.client.workspace(owner.workspaceId).conversations.get(id), { status: 404 });
    await assert.rejects(demoted.client.workspace(owner.workspaceId).conversations.create({}), { status: 403 });
    await app.redis.launch({ empty: true });
    await ended;
    await app.allReady();
  });

  it("holds when the process that was to tell the others died before it could", async () => {
    const { id } = await owner.aConversation();
    const person = await aMember("admin");
    const { ended } = await listening(person, id);
    await app.redis.kill();
    await owner.workspace.members.remove(person.me.user.id);
    await app.kill("api", "SIGKILL", 0);
    await app.redis.launch();
    await ended;
    await app.launch("api", 0);
    await app.allReady();
  });

  it("ends with a workspace that is deleted, for everybody in it", async () => {
    const shared = await owner.client.workspaces.create({ name: "Doomed" });
    const workspace = owner.client.workspace(shared.id);
    const person = await app.aUser("Guest");
    const { token } = await workspace.invites.create({ role: "viewer" });
    await person.client.workspaces.accept({ token });
    const { id } = await workspace.conversations.create({});
    const sockets: Promise<void>[] = [];
    for (const one of [owner, person]) {
      const { socket } = await one.listen(1);
      await socket.send("conversation:join", { workspaceId: shared.id, conversationId: id });
      sockets.push(until(socket.status, () => socket.status.getSnapshot().state !== "online", "the end of the socket"));
    }
    const ms = await took(
      Promise.all(sockets).then(() => undefined),
      () => workspace.delete(),
    );
    assert.ok(ms < PROMISED_MS, `${ms} ms`);
    for (const one of [owner, person])
      await assert.rejects(one.client.workspace(shared.id).conversations.list(), { status: 404 });
  });

  it("is told also to the account's connections that are elsewhere, and so is access that was given", async () => {
    const person = await app.aUser("Newcomer");
    const { heard } = await person.listen(1);
    const { token } = await owner.workspace.invites.create({ role: "viewer" });
    await person.client.workspaces.accept({ token });
    await heard.event("membership:changed", ({ workspaceId }) => workspaceId === owner.workspaceId);
    const elsewhere = await person.listen(1);
    await owner.workspace.members.remove(person.me.user.id);
    await elsewhere.heard.event("membership:changed", ({ workspaceId }) => workspaceId === owner.workspaceId);
    assert.equal(elsewhere.socket.status.getSnapshot().state, "online");
  });

  it("leaves the sockets of all others alone", async () => {
    const { id } = await owner.aConversation();
    const stays = await aMember("viewer");
    const goes = await aMember("viewer");
    const { socket } = await listening(stays, id);
    const { ended } = await listening(goes, id);
    await owner.workspace.members.remove(goes.me.user.id);
    await ended;
    await app.killRedis({ empty: true });
    await app.allReady();
    // Long enough for the look that follows a reconnect.
    await sleep(PROMISED_MS);
    assert.equal(socket.status.getSnapshot().state, "online");
  });
});
