// Provider keys in the settings: added, put in order, seen at rest with the reason, tested, edited, switched off, deleted.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { ProviderKeyInput } from "#libs/client/index";
import type { Account } from "../../app/account.js";
import { ask } from "../ask.js";
import { LOOKS } from "./browser.js";
import { webFixture } from "./fixture.js";

const PAGE = "/settings/keys";
const PAID = "openai/gpt-4o-mini";

describe("provider keys in the settings", () => {
  const web = webFixture();
  let owner: Account;

  before(async () => {
    owner = await web.app().aUser();
  });

  const labels = async () => (await owner.workspace.providerKeys.list()).data.map(({ label }) => label);

  it("are added, put in order and edited by keyboard", async () => {
    const { page } = await web.open(PAGE, { account: owner });
    await page.getByText("No keys yet.").waitFor();
    for (const [label, secret] of [
      ["Good", "sk-or-v1-good-of-the-browser"],
      ["Poor", "sk-or-poor-of-the-browser"],
    ] as const) {
      await page.getByRole("button", { name: "Add key" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Label").fill(label);
      await dialog.getByLabel("Key", { exact: true }).fill(secret);
      await page.keyboard.press("Enter");
      await dialog.waitFor({ state: "detached" });
    }
    const rows = page.getByRole("list", { name: "Provider keys" }).getByRole("listitem");
    await rows.nth(0).getByText("In use").waitFor();
    await rows.nth(1).getByText("Stands by").waitFor();
    await page.getByRole("button", { name: "Actions for Poor" }).press("Enter");
    await page.getByRole("menuitem", { name: "Use earlier" }).press("Enter");
    await rows.nth(0).getByText("Poor").waitFor();
    await rows.nth(0).getByText("In use").waitFor();
    assert.deepEqual(await labels(), ["Poor", "Good"]);
    await page.getByRole("button", { name: "Actions for Good" }).press("Enter");
    await page.getByRole("menuitem", { name: "Edit…" }).press("Enter");
    await page.getByRole("dialog").getByLabel("Label").fill("Better");
    await page.getByRole("dialog").getByLabel("New key").fill("sk-or-v1-better-of-the-browser");
    await page.keyboard.press("Enter");
    await rows.nth(1).getByText("Better").waitFor();
    const { data } = await owner.workspace.providerKeys.list();
    assert.equal(data[1]?.secretVersion, 2);
  });

  it("show which one rests and why, what they have spent, and come back when they are tested", async () => {
    const asked = await ask(owner, PAID);
    await asked.heard.end(asked.assistantMessage.id);
    const { page } = await web.open(PAGE, { account: owner });
    const rows = page.getByRole("list", { name: "Provider keys" }).getByRole("listitem");
    await rows.nth(0).getByText("Rests").waitFor();
    await rows
      .nth(0)
      .getByText(/The provider says that the credits are used up\. It is tried again at/)
      .waitFor();
    await rows.nth(1).getByText("In use").waitFor();
    await rows
      .nth(1)
      .getByText(/this month/)
      .waitFor();
    await page.getByRole("button", { name: "Test Poor" }).click();
    await rows.nth(0).getByText("Works", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Actions for Poor" }).click();
    await page.getByRole("menuitem", { name: "Switch off" }).click();
    await page.reload();
    await rows.nth(0).getByText("Off", { exact: true }).waitFor();
  });

  it("are not said to work by an endpoint that gives its models to any key", async () => {
    const other = await web.app().aUser();
    const input = {
      provider: "openai-compatible",
      label: "Public",
      secret: "any",
      baseUrl: web.app().simulator.apiUrl,
    };
    await other.workspace.providerKeys.create(input as ProviderKeyInput);
    const open = await web.open(PAGE, { account: other });
    await open.page.getByRole("button", { name: "Test Public" }).click();
    await open.page.getByText("Not checked", { exact: true }).waitFor();
    await open.page.getByText(/it does not check keys here: whether this key is accepted shows with/).waitFor();
    assert.equal(await open.page.getByText("Works", { exact: true }).count(), 0);
    await open.assertAccessible("not checked");
  });

  for (const { name, theme, phone } of LOOKS) {
    it(`have no axe finding (${name})`, async () => {
      const open = await web.open(PAGE, { account: owner, theme, phone, reducedMotion: true });
      await open.page.getByText("In use").waitFor();
      await open.assertAccessible("list");
      await open.page.getByRole("button", { name: "Actions for Better" }).click();
      await open.page.getByRole("menuitem", { name: "Edit…" }).click();
      await open.page.getByRole("dialog").getByLabel("New key").waitFor();
      await open.assertAccessible("edit");
    });
  }

  it("are deleted after a question", async () => {
    const { page } = await web.open(PAGE, { account: owner });
    await page.getByRole("button", { name: "Actions for Poor" }).click();
    await page.getByRole("menuitem", { name: "Delete key" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete key" }).click();
    await page.getByRole("button", { name: "Actions for Poor" }).waitFor({ state: "detached" });
    assert.deepEqual(await labels(), ["Better"]);
  });
});
