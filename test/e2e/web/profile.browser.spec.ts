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
});
