// Budgets in the settings: added, seen to fill, changed, removed; what a member sees; the words in the chat when one refuses.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Account } from "../../app/account.js";
import { ask } from "../ask.js";
import { LOOKS } from "./browser.js";
import { webFixture } from "./fixture.js";

const PAGE = "/settings/budgets";
const MODEL = "openai/gpt-4o-mini";
const SCREENSHOTS = process.env["BUDGET_SCREENSHOTS"];

describe("budgets in the settings", () => {
  const web = webFixture();
  let account: Account;

  before(async () => {
    account = await web.app().aUser("Ada Lovelace");
  });

  it("are added by keyboard, changed and removed", async () => {
    const { page, complaints } = await web.open(PAGE, { account });
    await page.getByText("No budgets yet.").waitFor();
    const add = page.getByRole("button", { name: "Add budget" });
    await add.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Hard limit, USD").focus();
    await page.keyboard.press("Enter");
    await dialog.getByText("Enter a soft or a hard limit.").waitFor();
    await page.keyboard.type("5");
    await page.keyboard.press("Tab");
    await page.keyboard.type("7");
    await page.keyboard.press("Enter");
    await dialog.getByText("must not be above hardUsd").waitFor();
    assert.equal(complaints.splice(0).length, 1);
    await dialog.getByLabel("Soft limit, USD").fill("4");
    await page.keyboard.press("Enter");
    const row = page.getByRole("listitem").filter({ hasText: "The whole workspace" });
    await row.getByText("$0.00 of $5.00 spent").waitFor();

    await page.getByRole("button", { name: "Change the monthly budget of The whole workspace" }).click();
    await dialog.getByLabel("Hard limit, USD").fill("6.50");
    await dialog.getByRole("button", { name: "Save" }).click();
    await row.getByText("$0.00 of $6.50 spent").waitFor();

    await add.click();
    await dialog.getByLabel("For").selectOption({ label: "Member: Ada Lovelace" });
    await dialog.getByLabel("Period").selectOption("day");
    await dialog.getByLabel("Hard limit, USD").fill("1");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Remove the daily budget of Ada Lovelace" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove budget" }).click();
    await page.getByRole("listitem").filter({ hasText: "Ada Lovelace" }).waitFor({ state: "detached" });
    const { data } = await account.workspace.budgets.list();
    assert.deepEqual(
      data.map(({ scope, period, softUsd, hardUsd }) => [scope, period, softUsd, hardUsd]),
      [["workspace", "month", "4", "6.5"]],
    );
  });

  it("tell in the chat why nothing is sent", async () => {
    const user = await web.app().aUser();
    await user.workspace.budgets.put([{ scope: "workspace", period: "month", hardUsd: "0" }]);
    const { id } = await user.aConversation({ model: MODEL });
    const chat = await web.chat(`/c/${id}`, { account: user });
    await chat.page.getByRole("textbox", { name: /message/i }).fill("Hello");
    await chat.page.keyboard.press("Enter");
    await chat.page.getByText(/Not sent\. The monthly budget of 0 USD of this workspace is used up\./).waitFor();
  });

  it("let calls at an unknown price through for an amount", async () => {
    const user = await web.app().aUser();
    const { page, complaints } = await web.open(PAGE, { account: user });
    const field = page.getByLabel("Held for each call, USD");
    await page.getByText("their calls are refused").waitFor();
    await field.fill("0");
    await field.press("Enter");
    await page.getByText("must be above 0").waitFor();
    assert.equal(complaints.splice(0).length, 1);
    await field.fill("0.05");
    await field.press("Enter");
    await page.getByText("each holds $0.050 until its cost is known").waitFor();
    assert.equal((await user.workspace.budgets.list()).unknownPriceUsd, "0.05");
    await field.fill("");
    await page.getByRole("region", { name: "Models without a price" }).getByRole("button", { name: "Save" }).click();
    await page.getByText("their calls are refused").waitFor();
    assert.equal((await user.workspace.budgets.list()).unknownPriceUsd, null);
  });

  for (const phone of [false, true])
    it(`tell on every page when much of a soft one is spent, until that is closed${phone ? ": on a phone" : ""}`, async () => {
      const user = await web.app().aUser();
      const opened = await web.open("/models", { account: user, phone });
      const { page } = opened;
      await page.getByRole("heading", { name: "Models" }).waitFor();
      const asked = await ask(user, MODEL, { content: "[[sim: tokens:500]] hi" });
      await asked.heard.end(asked.assistantMessage.id);
      const alert = page.getByRole("status").filter({ hasText: "100 % of this workspace's monthly budget is spent" });
      // The page may not be listening yet; of a limit that is changed it is told anew.
      for (let n = 0; n < 5 && !(await alert.isVisible()); n += 1) {
        const softUsd = `0.0001${n}`;
        await user.workspace.budgets.put([{ scope: "workspace", period: "month", softUsd }]);
        await alert.waitFor({ timeout: 6_000 }).catch(() => undefined);
      }
      await alert.waitFor();
      await opened.assertAccessible("budget alert");
      if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/alert-${phone ? "phone" : "desk"}.png` });
      await alert.getByRole("button", { name: "Close" }).click();
      await alert.waitFor({ state: "detached" });
    });

  for (const { name: look, theme, phone } of LOOKS)
    it(`are readable and accessible: ${look}`, async () => {
      const user = await web.app().aUser("Grace Hopper");
      const key = await user.workspace.apiKeys.create({
        name: "Nightly report",
        scopes: ["gateway"],
        budgetUsd: "2",
      });
      const asked = await ask(user, MODEL, { content: "[[sim: tokens:500]] hi" });
      await asked.heard.end(asked.assistantMessage.id);
      await user.workspace.budgets.put([
        { scope: "workspace", period: "month", softUsd: "0.0005", hardUsd: "0.001" },
        { scope: "workspace", period: "day", softUsd: "0.0002" },
        { scope: "member", subjectId: user.me.user.id, period: "total", hardUsd: "0.00035" },
        { scope: "key", subjectId: key.id, period: "day", hardUsd: "0" },
      ]);
      const opened = await web.open(PAGE, { account: user, theme, phone, reducedMotion: true });
      await opened.page.getByText("Set with the key").waitFor();
      await opened.assertAccessible("budgets");
      const shoot = (name: string) =>
        SCREENSHOTS &&
        opened.page.screenshot({ path: `${SCREENSHOTS}/${name}-${theme}-${phone ? "phone" : "desk"}.png` });
      await shoot("page");
      await opened.page.getByRole("button", { name: "Add budget" }).click();
      await opened.page.getByRole("dialog").getByLabel("Period").waitFor();
      await opened.assertAccessible("budget dialog");
      await shoot("dialog");
    });

  it("of the whole server are the operator's", async () => {
    const { page } = await web.open("/admin/budgets", { account: web.app().operator });
    await page.getByText("No budgets yet.").waitFor();
    await page.getByRole("button", { name: "Add budget" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Hard limit, USD").fill("100");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText(/of \$100\.00 spent/).waitFor();
    await page.getByRole("button", { name: "Remove the monthly budget of Server" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove budget" }).click();
    await page.getByText("No budgets yet.").waitFor();
  });
});
