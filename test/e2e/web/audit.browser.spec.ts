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
    // By day: today is there, tomorrow is not yet.
    const day = (later: number) => page.evaluate((ms) => new Date(Date.now() + ms).toLocaleDateString("sv"), later);
    await page.getByLabel("From").fill(await day(0));
    await page.getByLabel("Until").fill(await day(0));
    await page.getByText("The workspace was renamed").waitFor();
    await page.getByLabel("Until").fill("");
    await page.getByLabel("From").fill(await day(86_400_000));
    await page.getByText("Nothing like that has happened.").waitFor();
  });

  it("tells apart people who are members no more", async () => {
    const ann = await web.app().aUser("Ann Example");
    const gone = await web.app().aUser("Gone Example");
    const { token } = await ann.workspace.invites.create({ role: "member" });
    await gone.client.workspaces.accept({ token });
    await ann.workspace.members.remove(gone.me.user.id);
    const { page } = await web.open("/settings/audit", { account: ann });
    const removed = page.getByRole("listitem").filter({ hasText: "A member was removed" });
    await removed.locator("summary").press("Enter");
    // Whole: the ids of accounts that were made in the same minute begin alike.
    await removed.getByText(gone.me.user.id, { exact: true }).waitFor();
    await page.getByRole("listitem").filter({ hasText: "Someone joined" }).getByText(gone.me.user.id).waitFor();
  });

  it("of the instance is the operators': accounts and sign-ins, by whom, and whether it holds", async () => {
    const { operator } = web.app();
    const eve = await web.app().aUser("Eve Example");
    await assert.rejects(eve.client.auth.login({ email: eve.email, password: "not her password" }), { status: 401 });
    const { page } = await web.open("/admin/audit", { account: operator });
    const refused = page.getByRole("listitem").filter({ hasText: "A sign-in was refused" }).first();
    await refused.getByText("somebody unknown").waitFor();
    await refused.locator("summary").press("Enter");
    await refused.getByText(eve.email).waitFor();
    await page.getByLabel("By").selectOption(eve.email);
    await page.getByRole("listitem").filter({ hasText: "An account was made" }).waitFor();
    assert.equal(await refused.count(), 0);
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText(/^The log holds: \d+ events/).waitFor();
  });
});
