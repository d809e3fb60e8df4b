// The profile: who one is to the others, and the end of the account.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Secret, TOTP } from "otpauth";
import { LOOKS } from "./browser.js";
import { webFixture } from "./fixture.js";

describe("the profile", () => {
  const web = webFixture();

  it("and the other pages of the settings show on a phone which one is open", async () => {
    const { page } = await web.open("/settings/members", { account: await web.app().aUser(), phone: true });
    const tabs = page.getByRole("navigation", { name: "Settings" });
    for (const name of ["Members", "Profile", "Audit log"]) {
      await tabs.getByRole("link", { name }).click();
      const tab = tabs.locator('[aria-current="page"]', { hasText: name });
      await tab.waitFor();
      await page.reload();
      await tab.waitFor();
      const box = (await tab.boundingBox()) ?? assert.fail("no tab");
      assert.ok(box.x >= 0 && box.x + box.width <= 390, `${name} from ${box.x} to ${box.x + box.width}`);
    }
  });

  it("gives the account another name, by keyboard, which the members' page has at once", async () => {
    const ann = await web.app().aUser("Ann Example");
    const shown = await web.open("/settings/members", { account: ann });
    const { page } = shown;
    await page.getByText("Ann Example").first().waitFor();
    await page.getByRole("link", { name: "Profile" }).click();
    const field = page.getByLabel("Name", { exact: true });
    assert.equal(await page.getByRole("button", { name: "Save" }).isDisabled(), true);
    await field.fill("  Ann Newname ");
    await field.press("Enter");
    await page.getByText("The name was changed.").waitFor();
    assert.equal(await field.inputValue(), "Ann Newname", "as it was kept");
    await shown.assertAccessible("profile with another name");
    assert.equal((await ann.client.auth.me()).user.name, "Ann Newname");
    await page.getByRole("link", { name: "Members" }).click();
    await page.getByText("Ann Newname").first().waitFor();
    assert.equal(await page.getByText("Ann Example", { exact: true }).count(), 0);
  });

  it("gives the account another e-mail with its password, and says why not", async () => {
    const ann = await web.app().aUser("Ann Example");
    const shown = await web.open("/settings/profile", { account: ann });
    const { page } = shown;
    const form = page.getByRole("region", { name: "E-mail" });
    const [email, password] = [form.getByLabel("New e-mail"), form.getByLabel("Current password")];
    await email.fill("ann.newname@example.test");
    await password.fill("wrong one 42 wrong");
    await password.press("Enter");
    await form.getByText("The current password is wrong.").waitFor();
    await password.fill(ann.password);
    await password.press("Enter");
    await form.getByText("The e-mail was changed.").waitFor();
    await page.getByText("ann.newname@example.test").waitFor();
    assert.deepEqual([await email.inputValue(), await password.inputValue()], ["", ""]);
    await shown.assertAccessible("profile with another e-mail");
    assert.equal((await ann.client.auth.me()).user.email, "ann.newname@example.test");
  });

  it("deletes the account, by keyboard, once nothing is in the way and its owner has proven who they are", async () => {
    const [ann, bob] = [await web.app().aUser("Ann Leaver"), await web.app().aUser("Bob Stayer")];
    const team = await ann.client.workspaces.create({ name: "The team" });
    const { token } = await ann.client.workspace(team.id).invites.create({ role: "member" });
    await bob.client.workspaces.accept({ token });
    const { secret } = await ann.client.auth.secondFactor.begin({ password: ann.password });
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
    const { codes } = await ann.client.auth.secondFactor.confirm({ code });
    const [shown, elsewhere] = [
      await web.open("/settings/profile", { account: ann }),
      await web.open("/", { account: ann }),
    ];
    const { page } = shown;
    const dialog = page.getByRole("alertdialog", { name: "Delete your account?" });
    const ask = async () => {
      await page.getByRole("button", { name: "Delete account…" }).press("Enter");
      await dialog.getByRole("list").last().waitFor();
    };
    const namesIn = (title: string) =>
      dialog.getByRole("list", { name: title }).getByRole("listitem").allTextContents();
    await ask();
    assert.deepEqual(await namesIn("Deleted as well"), ["Ann Leaver's workspace"]);
    assert.equal(await dialog.getByLabel("Your password").count(), 0);
    await shown.assertAccessible("deletion that is not possible");
    await dialog.getByRole("list", { name: "In the way" }).getByRole("link", { name: "The team" }).press("Enter");
    await page.getByLabel("Name of the workspace").and(page.locator('[value="The team"]')).waitFor();
    await ann.client.workspace(team.id).transfer({ userId: bob.me.user.id });
    await page.getByRole("link", { name: "Profile" }).click();
    await ask();
    assert.deepEqual(await namesIn("Left."), ["The team"]);
    await dialog.getByLabel("Your password").fill("a wrong password 12345");
    await dialog.getByLabel("Code").fill(codes[0]!);
    await dialog.getByLabel("Code").press("Enter");
    await dialog.getByText("The current password is wrong.").waitFor();
    await dialog.getByLabel("Your password").fill(ann.password);
    await dialog.getByLabel("Your password").press("Enter");
    await page.waitForURL(/\/login$/);
    await page.getByText("Your account was deleted.").waitFor();
    await shown.assertAccessible("after the deletion");
    await elsewhere.page.waitForURL(/\/login/);
    await page.getByLabel("E-mail").fill(ann.email);
    await page.getByLabel("Password").fill(ann.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("The e-mail or the password is wrong.").waitFor();
    const { data } = await bob.client.workspace(team.id).members.list();
    assert.deepEqual(
      data.map(({ name, role }) => [name, role]),
      [["Bob Stayer", "owner"]],
    );
    shown.complaints.splice(0); // Chromium reports the refused sign-in and the wrong password.
  });

  for (const { name, theme, phone } of LOOKS) {
    it(`has no axe finding where the account is deleted (${name})`, async () => {
      const account = await web.app().aUser("Ann Looker");
      const shown = await web.open("/settings/profile", { account, theme, phone, reducedMotion: true });
      await shown.page.getByRole("button", { name: "Delete account…" }).click();
      await shown.page.getByLabel("Your password").waitFor();
      await shown.assertAccessible("question before the deletion");
    });
  }
});
