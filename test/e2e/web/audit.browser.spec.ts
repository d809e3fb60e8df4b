// The audit log in the page: who did what, found by what it is about, and whether it holds.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { webFixture } from "./fixture.js";

describe("the audit log in the page", () => {
  const web = webFixture();

  it("shows what was done, by whom, unfolds it, filters it, and verifies the chain", async () => {
    const ann = await web.app().aUser("Ann Example");
    await ann.workspace.update({ name: "Research" });
    await ann.workspace.invites.create({ role: "member", email: "bob@example.test" });
    const { page } = await web.open("/settings/audit", { account: ann });
    const invited = page.getByRole("listitem").filter({ hasText: "An invitation was made" });
    await invited.getByText("Ann Example").waitFor();
    await invited.locator("summary").press("Enter");
    await invited.getByText("bob@example.test").waitFor();
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText("The log holds: 2 events").waitFor();
    await page.getByLabel("About").selectOption("Workspace");
    await page.getByText("The workspace was renamed").waitFor();
    assert.equal(await invited.count(), 0);
  });
});
