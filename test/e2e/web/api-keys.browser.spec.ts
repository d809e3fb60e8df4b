// API keys in the settings: created with what they may do, shown once, listed, revoked; by mouse and by keyboard.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Account } from "../../app/account.js";
import { LOOKS } from "./browser.js";
import { webFixture } from "./fixture.js";

const PAGE = "/settings/api-keys";
const KEY = /^pk_[0-9A-Za-z]{71}$/;

describe("API keys in the settings", () => {
  const web = webFixture();
  let account: Account;

  before(async () => {
    account = await web.app().aUser();
  });

  it("are created, shown once, used, listed and revoked", async () => {
    const { page, complaints } = await web.open(PAGE, { account });
    await page.getByText("No keys yet.").waitFor();
    await page.getByRole("button", { name: "Create key" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Nightly report");
    await dialog.getByRole("button", { name: "Create key" }).click();
    await dialog.getByText("Choose at least one.").waitFor();
    await dialog.locator("label", { hasText: /^read/ }).click();
    await dialog.locator("label", { hasText: /^gateway/ }).click();
    await dialog.getByRole("radio", { name: "In 30 days" }).click();
    await dialog.getByText("Limits", { exact: true }).click();
    await dialog.getByLabel("Requests a minute").fill("60");
    await dialog.getByLabel("Budget, USD").fill("12,5");
    await dialog.getByRole("button", { name: "Create key" }).click();
    await dialog.getByText(/must be a decimal amount/).waitFor();
    assert.deepEqual(
      complaints.splice(0).map((text) => /status of (\d+)/.exec(text)?.[1]),
      ["400"],
    );
    await dialog.getByLabel("Budget, USD").fill("12.50");
    await dialog.getByRole("textbox", { name: "Models" }).fill("sim/plain\nsim/tokens");
    await dialog.getByRole("button", { name: "Create key" }).click();

    const shown = page.getByRole("alertdialog", { name: "Copy your key" });
    const token = (await shown.locator("code").first().textContent()) ?? "";
    assert.match(token, KEY);
    await shown.getByText(`${web.app().baseUrl}/v1`).waitFor();
    await shown.getByRole("button", { name: "Copy key" }).click();
    await shown.getByRole("button", { name: "Copied" }).waitFor();
    await shown.getByRole("button", { name: "Done" }).click();

    const row = page.getByRole("listitem").filter({ hasText: "Nightly report" });
    await row.getByText(`pk_…${token.slice(-4)}`).waitFor();
    await row.getByText(/Not used yet · Until .* · 60 requests a minute · \$12\.50 a month · 2 models/).waitFor();
    assert.equal((await page.content()).includes(token), false);

    const program = web.app().client({ token: token });
    await program.workspaces.list();
    await page.getByRole("button", { name: "Revoke Nightly report" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Revoke key" }).click();
    await page.getByText("No keys yet.").waitFor();
    await assert.rejects(program.workspaces.list(), { status: 401 });
  });

  it("are created by keyboard alone", async () => {
    const { page } = await web.open(PAGE, { account });
    const create = page.getByRole("button", { name: "Create key" });
    await create.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByRole("checkbox").first().waitFor();
    await page.keyboard.type("Typed");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").getByRole("button", { name: "Done" }).click();
    await page.getByRole("listitem").filter({ hasText: "Typed" }).first().waitFor();
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    assert.equal(await create.evaluate((button) => button.matches(":focus")), true);
  });

  it("offer a viewer only what a viewer may give", async () => {
    const viewer = await web.app().aUser();
    const { token } = await account.workspace.invites.create({ role: "viewer" });
    await viewer.client.workspaces.accept({ token });
    // The older workspace comes first.
    const { page } = await web.open(PAGE, { account: viewer });
    await page.getByRole("button", { name: "Create key" }).click();
    const scopes = page.getByRole("dialog").getByRole("checkbox");
    await scopes.first().waitFor();
    assert.equal(await scopes.count(), 1);
  });

  for (const { name, theme, phone } of LOOKS) {
    it(`have no axe finding (${name})`, async () => {
      const open = await web.open(PAGE, { account, theme, phone, reducedMotion: true });
      await open.page.getByRole("listitem").filter({ hasText: "Typed" }).first().waitFor();
      await open.assertAccessible("list");
      await open.page.getByRole("button", { name: "Create key" }).click();
      const dialog = open.page.getByRole("dialog");
      await dialog.getByRole("checkbox").first().waitFor();
      await dialog.getByText("Limits", { exact: true }).click();
      await open.assertAccessible("form");
      await dialog.getByLabel("Name").fill(`axe ${name}`);
      await dialog.locator("label", { hasText: /^chat/ }).click();
      await dialog.getByRole("button", { name: "Create key" }).click();
      await open.page.getByRole("alertdialog").getByRole("button", { name: "Copy key" }).waitFor();
      await open.assertAccessible("shown once");
      const spare = await open.page.locator("html").evaluate((html) => html.scrollWidth - html.clientWidth);
      assert.equal(spare, 0);
    });
  }
});
