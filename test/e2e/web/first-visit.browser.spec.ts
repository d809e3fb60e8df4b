// The first visit: sign up, look around, ask something, sign out and in again.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ChatWindow } from "./chat-window.js";
import { webFixture } from "./fixture.js";

const PASSWORD = "a long enough password";

describe("the first visit", () => {
  const web = webFixture();

  it("leads from nothing to an answer: register, ask, sign out, sign in, find it again", async () => {
    const chat = new ChatWindow(await web.open("/"));
    const { page } = chat;
    await page.waitForURL(/\/register$/);
    await page.getByText("this account will own the instance").waitFor();
    await page.getByLabel("Name").fill("Ada Lovelace");
    await page.getByLabel("E-mail").fill("ada@example.test");
    await page.getByLabel("Password").fill(PASSWORD);
    await chat.button("Create your account").click();
    await page.getByRole("heading", { name: "What are you working on?" }).waitFor();
    const id = await chat.begin("make a table");
    await chat.ended();
    await chat.lastAnswer.getByRole("table").first().waitFor();
    await page.getByRole("navigation", { name: "Chats" }).getByRole("link", { name: "make a table" }).waitFor();

    await chat.web.go("/settings/profile");
    await chat.button("Sign out").click();
    await page.waitForURL(/\/login$/);
    await chat.web.go(`/c/${id}`);
    await page.waitForURL(/\/login\?next=/);
    await page.getByLabel("E-mail").fill("ada@example.test");
    await page.getByLabel("Password").fill("not the password");
    await chat.button("Sign in").click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Password").fill(PASSWORD);
    await chat.button("Sign in").click();
    await page.waitForURL(new RegExp(`/c/${id}$`));
    await chat.lastAnswer.getByRole("table").first().waitFor();
  });

  it("adds a provider key that is never shown again, tests it, and deletes it", async () => {
    const account = await web.app().aUser("Key Keeper");
    const { page } = await web.open("/settings/keys", { account });
    await page.getByRole("button", { name: "Add key" }).click();
    const dialog = page.getByRole("dialog", { name: "Add key" });
    await dialog.getByRole("textbox", { name: "Key", exact: true }).fill("sk-or-v1-web-test-abcd");
    await dialog.getByRole("button", { name: "Save key" }).click();
    await page.getByText("…abcd").waitFor();
    assert.equal(await page.getByText("sk-or-v1-web-test").count(), 0);
    await page.getByRole("button", { name: "Test Main key" }).click();
    await page.getByText("Works", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Actions for Main key" }).click();
    await page.getByRole("menuitem", { name: "Delete key" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete key" }).click();
    await page.getByText("No keys yet.").waitFor();
    assert.deepEqual((await account.workspace.providerKeys.list()).data, []);
  });

  it("invites by a link: a newcomer registers with it, an account joins with it", async () => {
    const owner = await web.app().aUser("Host");
    const { page } = await web.open("/settings/members", { account: owner });
    const shown = page.getByText(/\/register#invite=/);
    let last = "";
    const link = async (): Promise<string> => {
      await page.getByRole("button", { name: "Make a link" }).click();
      // The link before is shown until the new one is there.
      await shown.filter({ hasNotText: last || "nothing yet" }).waitFor();
      const address = (await shown.textContent()) ?? "";
      last = address.slice(address.indexOf("/register"));
      return last;
    };
    const newcomer = await web.open(await link());
    await newcomer.page.getByLabel("Name").fill("New Comer");
    await newcomer.page.getByLabel("E-mail").fill("newcomer@example.test");
    await newcomer.page.getByLabel("Password").fill(PASSWORD);
    await newcomer.page.getByRole("button", { name: "Create your account" }).click();
    await newcomer.page.getByRole("heading", { name: "What are you working on?" }).waitFor();

    const friend = await web.app().aUser("Friend");
    const joining = await web.open(await link(), { account: friend });
    await joining.page.getByRole("button", { name: "Join" }).click();
    await joining.page.getByRole("heading", { name: "What are you working on?" }).waitFor();
    const { data } = await owner.workspace.members.list();
    assert.deepEqual(data.map(({ name }) => name).sort(), ["Friend", "Host", "New Comer"]);
    await joining.page.getByRole("button", { name: /Switch workspace/ }).click();
    await joining.page.getByRole("menuitem", { name: /^Friend/ }).click();
    await joining.page.getByRole("button", { name: /^Workspace Friend/ }).waitFor();
  });

  it("refuses what does not exist, and what belongs to others, with one plain page", async () => {
    const [owner, other] = [await web.app().aUser(), await web.app().aUser()];
    const { id } = await owner.aConversation();
    const page = await web.open(`/c/${id}`, { account: other });
    await page.page.getByRole("heading", { name: "This chat is not here" }).waitFor();
    await page.go("/no/such/page");
    await page.page.getByRole("heading", { name: "There is no such page" }).waitFor();
  });
});
