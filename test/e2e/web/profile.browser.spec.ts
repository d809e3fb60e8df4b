// The profile: who one is to the others.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
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
});
