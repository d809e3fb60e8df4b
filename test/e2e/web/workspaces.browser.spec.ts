// The life of a shared workspace in several browsers: invite, accept, change a role, remove, hand over, leave, delete.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Page } from "playwright-core";
import type { Account } from "../../app/account.js";
import type { Theme, WebPage } from "./browser.js";
import { webFixture } from "./fixture.js";

describe("workspaces in the browser", () => {
  const web = webFixture();

  /** Makes an invitation on the members page. @returns the link's address in the app */
  async function invite(page: Page, { email, role }: { email?: string; role?: string } = {}): Promise<string> {
    if (email !== undefined) await page.getByLabel("E-mail (optional)").fill(email);
    if (role !== undefined) await page.getByLabel("Role", { exact: true }).selectOption(role);
    const made = page.waitForResponse((response) => /invites$/.test(response.url()) && response.status() === 201);
    await page.getByRole("button", { name: "Make a link" }).click();
    const { token } = (await (await made).json()) as { token: string };
    const shown = (await page.getByText(`/register#invite=${token}`).textContent()) ?? "";
    return shown.slice(shown.indexOf("/register"));
  }

  async function aGuest(host: Account, role: "admin" | "member" | "viewer", name = "Guest"): Promise<Account> {
    const guest = await web.app().aUser(name);
    const { token } = await host.workspace.invites.create({ role });
    await guest.client.workspaces.accept({ token });
    return guest;
  }

  /** Opens a path of the app in somebody else's workspace. */
  async function within(host: Account, path: string, account: Account, theme?: Theme): Promise<WebPage> {
    const page = await web.open("/", { account, ...(theme && { theme }) });
    await page.page.getByRole("heading", { level: 1 }).waitFor();
    await page.page.evaluate((id) => localStorage.setItem("parley.workspace", id), host.workspaceId);
    await page.go(path);
    return page;
  }

  it("are joined by an invitation, and the other page follows a new role and the removal", async () => {
    const host = await web.app().aUser("Host");
    const guest = await web.app().aUser("Guest");
    const { page } = await web.open("/settings/members", { account: host });
    const link = await invite(page, { email: guest.email, role: "member" });
    await page.getByRole("list", { name: "Open invitations" }).getByText(guest.email).waitFor();

    const theirs = await web.open(link, { account: guest });
    await theirs.page.getByRole("heading", { name: "Join “Host's workspace”" }).waitFor();
    await theirs.page.getByText("You were invited as Member").waitFor();
    await theirs.assertAccessible("join");
    await theirs.page.getByRole("button", { name: "Join" }).click();
    const message = theirs.page.getByRole("textbox", { name: "Message" });
    await message.waitFor();
    await theirs.page.getByRole("button", { name: /^Workspace Host's workspace/ }).waitFor();

    // The host comes back to the tab, from sending the link.
    await page.evaluate("window.dispatchEvent(new Event('visibilitychange'))");
    const role = page.getByLabel("Role of Guest");
    await role.waitFor();
    await page.getByRole("list", { name: "Open invitations" }).waitFor({ state: "detached" });
    await role.selectOption("viewer");
    await theirs.page.getByPlaceholder("can read, not write").waitFor();
    await role.selectOption("member");
    await theirs.page.getByPlaceholder("can read, not write").waitFor({ state: "detached" });

    await page.getByRole("button", { name: "Remove Guest" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await role.waitFor({ state: "detached" });
    await theirs.page.getByText("You are no longer in “Host's workspace”.").waitFor();
    await theirs.page.getByRole("button", { name: /^Workspace Guest's workspace/ }).waitFor();
    await theirs.assertAccessible("removed");
  });

  it("show who opens an invitation what it is, and when it is over or for somebody else", async () => {
    const host = await web.app().aUser("Host");
    const { page } = await web.open("/settings/members", { account: host });
    const bound = await invite(page, { email: "somebody@example.test" });
    const other = await web.open(bound, { account: await web.app().aUser() });
    await other.page.getByText("This invitation is for somebody@example.test.").waitFor();
    assert.equal(await other.page.getByRole("button", { name: "Join" }).isDisabled(), true);

    const newcomer = await web.open(bound);
    await newcomer.page.getByText("You were invited to “Host's workspace” as Member.").waitFor();
    assert.equal(await newcomer.page.getByLabel("E-mail").inputValue(), "somebody@example.test");
    await newcomer.page.getByRole("link", { name: "Sign in" }).click();
    await newcomer.page.waitForURL(/\/login\?next=.*invite/);

    await page.getByRole("button", { name: /Take back the invitation/ }).click();
    await page.getByRole("list", { name: "Open invitations" }).waitFor({ state: "detached" });
    const late = await web.open(bound);
    await late.page.getByRole("heading", { name: "This invitation is over" }).waitFor();
    await late.assertAccessible("over");
    late.complaints.splice(0);
    newcomer.complaints.splice(0);
  });

  it("are made, renamed, handed over and left, by keyboard too", async () => {
    const host = await web.app().aUser("Host");
    const { page } = await web.open("/", { account: host });
    await page.getByRole("button", { name: /^Workspace Host's workspace/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menu").waitFor();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "New workspace" });
    await dialog.getByLabel("Name of the workspace").waitFor();
    await page.keyboard.type("Second home");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Workspace Second home/ }).waitFor();

    const { data } = await host.client.workspaces.list();
    const { id } = data.find(({ name }) => name === "Second home")!;
    const workspace = host.client.workspace(id);
    const guest = await web.app().aUser("Heir");
    const { token } = await workspace.invites.create({ role: "member" });
    await guest.client.workspaces.accept({ token });

    await page.goto(new URL("/settings/workspace", page.url()).href);
    await page.getByLabel("Name of the workspace").fill("Our home");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: /^Workspace Our home/ }).waitFor();
    await page.getByLabel("New owner").selectOption({ label: `Heir (${guest.email})` });
    await page.getByRole("button", { name: "Hand over" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Hand over" }).click();
    // What only owners see is gone.
    await page.getByRole("heading", { name: "Delete the workspace" }).waitFor({ state: "detached" });
    const members = (await workspace.members.list()).data.map(({ name, role }) => `${name} ${role}`);
    assert.deepEqual(members.sort(), ["Heir owner", "Host admin"]);

    await page.getByRole("link", { name: "Members" }).click();
    await page.getByRole("button", { name: "Leave the workspace" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Leave" }).click();
    await page.getByText("You are no longer in “Our home”.").waitFor();
    await page.getByRole("button", { name: /^Workspace Host's workspace/ }).waitFor();
  });

  it("are deleted by their name, for everybody in them, and none may be left", async () => {
    const host = await web.app().aUser("Host");
    const guest = await aGuest(host, "viewer");
    const theirs = await within(host, "/settings/members", guest);
    await theirs.page.getByRole("heading", { name: "What each role may do" }).waitFor();
    assert.equal(await theirs.page.getByRole("heading", { name: "Invite people" }).count(), 0);
    const { page } = await web.open("/settings/workspace", { account: host });
    await page.getByRole("button", { name: "Delete the workspace…" }).click();
    const dialog = page.getByRole("alertdialog");
    const confirm = dialog.getByRole("button", { name: "Delete for good" });
    await dialog.getByRole("textbox").fill("Host's");
    assert.equal(await confirm.isDisabled(), true);
    await dialog.getByRole("textbox").fill("Host's workspace");
    await confirm.click();
    await page.getByRole("heading", { name: "You are in no workspace" }).waitFor();
    await theirs.page.getByText("You are no longer in “Host's workspace”.").waitFor();
    await page.getByLabel("Name of the workspace").fill("A new start");
    await page.getByRole("button", { name: "Create workspace" }).click();
    await page.getByRole("button", { name: /^Workspace A new start/ }).waitFor();
  });

  for (const theme of ["light", "dark", "contrast"] as const) {
    it(`have no axe finding in their dialogs (${theme})`, async () => {
      const host = await web.app().aUser("Host");
      await aGuest(host, "admin");
      const page = await web.open("/settings/members", { account: host, theme, reducedMotion: true });
      await page.page.getByRole("row", { name: /legal hold/ }).waitFor();
      await invite(page.page);
      await page.assertAccessible("members");
      await page.page.getByRole("button", { name: "Remove Guest" }).click();
      await page.page.getByRole("alertdialog").waitFor();
      await page.assertAccessible("remove");
      await page.go("/settings/workspace");
      await page.page.getByRole("button", { name: "Delete the workspace…" }).click();
      await page.page.getByRole("alertdialog").waitFor();
      await page.assertAccessible("delete");
      await page.page.keyboard.press("Escape");
      await page.page.getByRole("button", { name: /Switch workspace/ }).click();
      await page.page.getByRole("menuitem", { name: "New workspace" }).click();
      await page.page.getByRole("dialog").waitFor();
      await page.assertAccessible("create");
    });
  }
});
