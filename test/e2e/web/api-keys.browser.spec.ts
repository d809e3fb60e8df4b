// API keys in the settings: created with what they may do, shown once, listed, changed, revoked; by mouse and by keyboard.
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

  it("are changed: only what was changed is sent, and what is wrong is said beside its field", async () => {
    const { apiKeys } = account.workspace;
    const { id } = await apiKeys.create({
      ...{ name: "Changing", scopes: ["read", "gateway"], models: ["sim/plain"] },
      ...{ requestsPerMinute: 60, budgetUsd: "12.50", budgetPeriod: "day" },
      expiresAt: new Date(Date.now() + 40 * 24 * 3_600_000).toISOString(),
    });
    const { page, complaints } = await web.open(PAGE, { account });
    const sent: unknown[] = [];
    page.on("request", (request) => request.method() === "PATCH" && sent.push(request.postDataJSON()));
    const row = page.getByRole("listitem").filter({ hasText: "Changing" });
    const edit = page.getByRole("button", { name: "Edit Changing" });
    const dialog = page.getByRole("dialog", { name: "Edit “Changing”" });

    // Nothing was changed: nothing is sent.
    await edit.click();
    await dialog.getByText(/closes the sockets and event streams that are open with it/).waitFor();
    assert.equal(await dialog.getByRole("radio", { name: /^Until / }).isChecked(), true);
    assert.equal(await dialog.getByLabel("Requests a minute").inputValue(), "60");
    assert.equal(await dialog.getByRole("radio", { name: "day", exact: true }).isChecked(), true);
    await dialog.getByRole("checkbox", { name: /^gateway/ }).waitFor();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    assert.deepEqual(sent, []);

    await edit.click();
    await dialog.getByLabel("Budget, USD").fill("1,5");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText(/must be a decimal amount/).waitFor();
    assert.match(complaints.shift() ?? "", /status of 400/);
    assert.equal(await dialog.getByLabel("Budget, USD").evaluate((field) => field.matches(":focus")), true);
    await dialog.getByLabel("Budget, USD").fill("");
    await dialog.getByLabel("Requests a minute").fill("30");
    await dialog.getByRole("textbox", { name: "Models" }).fill("");
    await dialog.locator("label", { hasText: /^read/ }).click();
    await dialog.locator("label", { hasText: /^gateway/ }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Choose at least one.").waitFor();
    await dialog.locator("label", { hasText: /^chat/ }).click();
    await dialog.getByRole("radio", { name: "Never" }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    await row.getByText("Not used yet · 30 requests a minute", { exact: true }).waitFor();
    await row.getByText("chat", { exact: true }).waitFor();
    assert.deepEqual(sent.at(-1), {
      ...{ scopes: ["chat"], models: null, requestsPerMinute: 30, expiresAt: null },
      ...{ budgetUsd: null, budgetPeriod: null },
    });
    assert.equal(await edit.evaluate((button) => button.matches(":focus")), true);
    await apiKeys.revoke(id);
  });

  it("are changed by keyboard alone, and the button says so while it is sent", async () => {
    const { id } = await account.workspace.apiKeys.create({ name: "Keyed", scopes: ["read"] });
    const { page } = await web.open(PAGE, { account });
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await page.route(/api-keys\/[^/]+$/, async (route) => {
      if (route.request().method() === "PATCH") await held;
      await route.continue();
    });
    await page.getByRole("button", { name: "Edit Keyed" }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("checkbox").first().waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("Typed over");
    await page.keyboard.press("Enter");
    const saving = dialog.getByRole("button", { name: "Saving…" });
    await saving.waitFor();
    assert.equal(await saving.isDisabled(), true);
    letGo();
    await dialog.waitFor({ state: "detached" });
    const edit = page.getByRole("button", { name: "Edit Typed over" });
    await edit.waitFor();
    assert.equal(await edit.evaluate((button) => button.matches(":focus")), true);
    await page.keyboard.press("Enter");
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(await edit.evaluate((button) => button.matches(":focus")), true);
    await account.workspace.apiKeys.revoke(id);
  });

  it("are changed by their own member alone, who keeps what the role does not give any more until it is changed", async () => {
    const member = await web.app().aUser();
    const { token } = await account.workspace.invites.create({ role: "member" });
    await member.client.workspaces.accept({ token });
    const there = member.client.workspace(account.workspaceId);
    const { id } = await there.apiKeys.create({ name: "Of a member", scopes: ["read", "chat"] });
    await account.workspace.members.update(member.me.user.id, { role: "viewer" });

    const owners = await web.open(PAGE, { account });
    await owners.page.getByRole("button", { name: "Revoke Of a member" }).waitFor();
    assert.equal(await owners.page.getByRole("button", { name: "Edit Of a member" }).count(), 0);

    // The older workspace comes first.
    const { page } = await web.open(PAGE, { account: member });
    await page.getByRole("button", { name: "Edit Of a member" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/does not give chat any more: without effect/).waitFor();
    await dialog.getByLabel("Name").fill("Of a viewer");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Edit Of a viewer" }).waitFor();
    const { data } = await there.apiKeys.list();
    assert.deepEqual(data.find((key) => key.id === id)?.scopes, ["read", "chat"]);
    await there.apiKeys.revoke(id);
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
      const dialog = open.page.getByRole("dialog");
      await open.page.getByRole("button", { name: "Edit Typed" }).first().click();
      await dialog.getByRole("checkbox").first().waitFor();
      await dialog.getByText("Limits", { exact: true }).click();
      await open.assertAccessible("edit");
      const beside = await dialog.evaluate((box) => box.scrollWidth - box.clientWidth);
      assert.equal(beside, 0);
      await open.page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await open.page.getByRole("button", { name: "Create key" }).click();
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
