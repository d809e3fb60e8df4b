// The model catalog in the browser: found, narrowed, starred, compared; ruled by admins; and what the picker makes of it.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Account } from "../../app/account.js";
import { LOOKS } from "./browser.js";
import { webFixture } from "./fixture.js";

const HAIKU = "anthropic/claude-haiku-4.5";

describe("the catalog page", () => {
  const web = webFixture();
  let owner: Account;

  before(async () => {
    owner = await web.app().aUser();
  });

  it("shows hundreds of models, keeps few in the page, and narrows them", async () => {
    const { page } = await web.open("/models", { account: owner });
    await page.getByRole("heading", { name: "Models", level: 1 }).waitFor();
    await page.getByText(/^\d{3} models$/).waitFor();
    assert.ok((await page.getByRole("listitem").count()) < 100);
    await page.getByLabel("Input price").selectOption({ label: "Free" });
    await page.getByLabel("Can", { exact: true }).selectOption({ label: "Call tools" });
    const found = Number((await page.getByText(/^\d+ models?$/).textContent())?.split(" ")[0]);
    assert.ok(found > 0 && found < 100, `${found}`);
    await page.getByLabel("Search models").fill("no such model anywhere");
    await page.getByText("No model is like that.").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByText(/^\d{3} models$/).waitFor();
  });

  it("is worked by keyboard: star, compare, read about one", async () => {
    const { page } = await web.open("/models", { account: owner });
    await page.getByLabel("Search models").fill(HAIKU);
    const star = page
      .getByRole("listitem")
      .filter({ has: page.getByText(HAIKU, { exact: true }) })
      .getByRole("button")
      .first();
    await star.focus();
    await page.keyboard.press("Space");
    await page.locator("[aria-pressed=true]").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const about = page.getByRole("dialog");
    await about.getByText(HAIKU).waitFor();
    await about.getByText("No change has been seen since").waitFor();
    await about.getByText("$1 / M").first().waitFor();
    await page.keyboard.press("Escape");
    await about.waitFor({ state: "detached" });
    await page
      .getByRole("listitem")
      .filter({ has: page.getByText(HAIKU, { exact: true }) })
      .getByRole("checkbox")
      .focus();
    await page.keyboard.press("Space");
    await page.getByLabel("Search models").fill("gpt-4o-mini");
    await page.getByRole("checkbox").first().check();
    await page.getByRole("button", { name: "Compare 2" }).press("Enter");
    assert.equal(await page.getByRole("dialog").getByRole("columnheader").count(), 2);
    await page.keyboard.press("Escape");
    await page.getByLabel("Search models").fill("");
    await page.getByLabel("Show").selectOption({ label: "Favourites" });
    await page.getByText("1 model", { exact: true }).waitFor();
  });

  it("hears Escape in a dialog that Enter opened, each time", async () => {
    const { page } = await web.open("/models", { account: owner });
    const row = page.getByRole("listitem").first();
    for (let time = 0; time < 6; time += 1) {
      await row.getByRole("button").first().press("Space");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").getByText("No change has been seen since").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await row.locator("button:focus").waitFor();
    }
  });

  it("lets admins say what may be used, and the picker keeps to it", async () => {
    await owner.workspace.models.star(HAIKU);
    const window = await web.open("/models", { account: owner });
    const { page } = window;
    await page.getByRole("button", { name: "Rules" }).click();
    const rules = page.getByRole("dialog");
    await rules.getByLabel("May be used").selectOption({ label: "Only these" });
    await rules.getByLabel("Allowed models").fill(`${HAIKU}\nopenai/*`);
    await rules.getByLabel("Names of your own").fill("fast = mistralai/none");
    await rules.getByRole("button", { name: "Save" }).click();
    await rules.getByText("fast stands for mistralai/none, which would not be allowed").waitFor();
    // Chromium writes the refusal to the console as well.
    const [refusal, ...others] = window.complaints.splice(0);
    assert.ok(refusal?.includes("status of 400") && others.length === 0, refusal);
    await rules.getByLabel("Names of your own").fill(`fast = ${HAIKU}\nslip = openai/gtp-5`);
    await rules.getByLabel("Default model").fill("fast");
    await rules.getByRole("button", { name: "Save" }).click();
    await rules.getByText("openai/gtp-5").last().waitFor();
    await window.assertAccessible("saved with a name that the catalog does not have");
    await rules.getByLabel("Names of your own").fill(`fast = ${HAIKU}`);
    await rules.getByRole("button", { name: "Save" }).click();
    await rules.waitFor({ state: "detached" });
    await page.getByLabel("Show").selectOption({ label: "Not allowed" });
    await page.getByText("Not allowed").nth(1).waitFor();
    assert.deepEqual((await owner.workspace.models.settings()).effectiveDefault, "fast");

    await window.go("/");
    await page
      .getByRole("button", { name: /Model:/ })
      .first()
      .click();
    const options = page.getByRole("option");
    await options.first().waitFor();
    await options
      .filter({ hasText: `${HAIKU} ·` })
      .filter({ hasText: "Favourite" })
      .waitFor();
    await page.getByRole("dialog").getByLabel("Search models").fill("mistral");
    await page.getByText("No model has that name.").waitFor();
  });

  it("is read by members without the rules", async () => {
    const member = await web.app().aUser("Member");
    const { token } = await owner.workspace.invites.create({ role: "member" });
    await member.client.workspaces.accept({ token });
    const { page } = await web.open("/models", { account: member });
    await page.getByText(/^\d{3} models$/).waitFor();
  });

  for (const { name, theme, phone } of LOOKS) {
    it(`has no axe finding (${name})`, async () => {
      const window = await web.open("/models", { account: owner, theme, phone, reducedMotion: true });
      const { page } = window;
      await page.getByText(/^\d{3} models$/).waitFor();
      await window.assertAccessible("catalog");
      await page.getByRole("checkbox").nth(0).check();
      await page.getByRole("checkbox").nth(1).check();
      await page.getByRole("listitem").first().getByRole("button").nth(1).click();
      await page.getByRole("dialog").getByText("Price history").waitFor();
      await window.assertAccessible("one model");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Compare 2" }).click();
      await page.getByRole("dialog").waitFor();
      await window.assertAccessible("comparison");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Rules" }).click();
      await page.getByRole("dialog").waitFor();
      await window.assertAccessible("rules");
    });
  }
});
