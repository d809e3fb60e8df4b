// Signing in through a real provider, in a real browser: the button, the way there and back, and what is told when it fails.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { OidcStage } from "../oidc.fixture.js";
import { type PageOptions, WebBrowser, type WebPage } from "./browser.js";

describe("signing in through a provider, in a browser", () => {
  let stage: OidcStage;
  let browser: WebBrowser;
  before(async () => {
    stage = await OidcStage.start("sqlite");
    browser = await WebBrowser.launch(stage.origin());
  });
  after(async () => {
    await browser?.close();
    await stage?.stop();
  });

  const open = (path: string, options?: PageOptions): Promise<WebPage> => browser.open(path, options);
  const atProvider = async (page: Page, who: string) => {
    await page.getByLabel("Subject").fill(who);
    await page.getByRole("button", { name: "Sign in as the subject" }).click();
  };

  it("leads to the provider and back to the page that was asked for", async () => {
    stage.aPerson("ann", { name: "Ann Example" });
    const web = await open("/settings/profile");
    const { page } = web;
    await page.getByRole("link", { name: "Continue with Acme ID" }).waitFor();
    await web.assertAccessible("sign-in page with a provider");
    await page.getByRole("link", { name: "Continue with Acme ID" }).click();
    await atProvider(page, "ann");
    await page.getByText("Linked, as ann@corp.test").waitFor();
    assert.equal(new URL(page.url()).pathname, "/settings/profile");
    await page.getByText("You have no password: you sign in with Acme ID.").waitFor();
    assert.equal(await page.getByText("Current password").count(), 0);
    await web.assertAccessible("profile with an identity");
    // The only way in cannot be given up.
    await page.getByRole("button", { name: "Unlink Acme ID" }).click();
    await page.getByRole("button", { name: "Unlink", exact: true }).click();
    await page.getByText("You could not sign in any more: set a password first.").waitFor();
    await web.assertAccessible("refused unlinking");
    assert.match(web.complaints.shift() ?? "", /409/);
    assert.deepEqual(web.complaints, []);
  });

  it("says why it did not work, in both themes and on a phone", async () => {
    stage.aPerson("eve", { email: "eve@elsewhere.test" });
    for (const options of [{}, { theme: "dark" as const }, { phone: true }]) {
      const web = await open("/login", options);
      const { page } = web;
      await page.getByRole("link", { name: "Continue with Acme ID" }).click();
      await atProvider(page, "eve");
      const told = page.getByRole("alert").filter({ hasText: "You have no account here yet" });
      await told.waitFor();
      await web.assertAccessible("refused sign-in");
      // Trying again is one click.
      await page.getByRole("link", { name: "Continue with Acme ID" }).click();
      await told.waitFor();
      assert.deepEqual(web.complaints, []);
    }
  });

  it("takes a newcomer by an invitation's link", async () => {
    const { token } = await stage.operator.client.workspace(stage.team).invites.create({ role: "member" });
    const web = await open(`/register#invite=${token}`);
    const { page } = web;
    await page.getByText("Team", { exact: false }).first().waitFor();
    await web.assertAccessible("invitation with a provider");
    await page.getByRole("link", { name: "Continue with Acme ID" }).click();
    await atProvider(page, "eve");
    await page.getByRole("heading", { name: "What are you working on?" }).waitFor();
    await page.goto(`${stage.origin()}/settings/members`);
    await page.getByText("eve@elsewhere.test").first().waitFor();
    assert.deepEqual(web.complaints, []);
  });

  it("links and unlinks by the profile page", async () => {
    stage.aPerson("op", { email: "boss@elsewhere.test" });
    const web = await open("/settings/profile", { account: stage.operator });
    const { page } = web;
    await page.getByRole("button", { name: "Link Acme ID" }).click();
    await page.getByRole("button", { name: "Refuse" }).click();
    await page.getByText("You ended the sign-in at Acme ID.").waitFor();
    await web.assertAccessible("linking was cancelled");
    await page.getByRole("button", { name: "Link Acme ID" }).click();
    await atProvider(page, "op");
    await page.getByText("Linked, as boss@elsewhere.test").waitFor();
    await page.getByRole("button", { name: "Unlink Acme ID" }).click();
    await page.getByRole("button", { name: "Unlink", exact: true }).click();
    await page.getByRole("button", { name: "Link Acme ID" }).waitFor();
    assert.deepEqual(web.complaints, []);
  });

  it("is the only way where passwords are switched off", async () => {
    await stage.configure({ OIDC_ONLY: "true" });
    const web = await open("/login");
    const { page } = web;
    await page.getByText("On this server you sign in with Acme ID.").waitFor();
    assert.equal(await page.getByLabel("Password").count(), 0);
    await web.assertAccessible("sign-in page without passwords");
    await page.getByRole("link", { name: "Continue with Acme ID" }).click();
    await atProvider(page, "ann");
    await page.getByRole("heading", { name: "What are you working on?" }).waitFor();
    // Who has no password proves by the e-mail that the account is to go.
    await page.goto(`${stage.origin()}/settings/profile`);
    await page.getByRole("button", { name: "Delete account…" }).click();
    const dialog = page.getByRole("alertdialog", { name: "Delete your account?" });
    const field = dialog.getByLabel("Type ann@corp.test to confirm");
    await field.fill("eve@elsewhere.test");
    assert.equal(await dialog.getByRole("button", { name: "Delete for good" }).isDisabled(), true);
    await web.assertAccessible("deletion by e-mail");
    await field.fill("Ann@corp.test");
    await field.press("Enter");
    await page.getByText("Your account was deleted.").waitFor();
    await page.getByRole("link", { name: "Continue with Acme ID" }).waitFor();
    assert.deepEqual(web.complaints, []);
  });
});
