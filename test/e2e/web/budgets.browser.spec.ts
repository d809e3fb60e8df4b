// Budgets in the settings: added, seen to fill, changed, removed; what a member sees; the words in the chat when one refuses.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { fromPico, toPico } from "#libs/money/index";
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
    await dialog.getByText("The soft limit must not be above the hard limit").waitFor();
    for (const [typed, words] of [
      [".5", /Enter an amount in digits/],
      ["1,50", /Enter an amount in digits/],
      ["2000000", /At most 1,000,000 USD/],
      ["0.0000000000001", /Too little/],
    ] as const) {
      await dialog.getByLabel("Hard limit, USD").fill(typed);
      await page.keyboard.press("Enter");
      await dialog.getByText(words).waitFor();
      assert.equal(await dialog.getByLabel("Hard limit, USD").getAttribute("aria-invalid"), "true", typed);
    }
    assert.deepEqual(complaints, []);
    // What only the server can say is said at the same field.
    await dialog.getByLabel("Hard limit, USD").fill("1000000.000000000001");
    await dialog.getByLabel("Soft limit, USD").fill("");
    await page.keyboard.press("Enter");
    await dialog.getByText("must be at most 1000000").waitFor();
    assert.equal(await dialog.getByLabel("Hard limit, USD").getAttribute("aria-invalid"), "true");
    assert.equal(complaints.splice(0).length, 1);
    await dialog.getByLabel("Hard limit, USD").fill("5");
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
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    await page.locator("button:focus", { hasText: "Add budget" }).waitFor();
    const { data } = await account.workspace.budgets.list();
    assert.deepEqual(
      data.map(({ scope, period, softUsd, hardUsd }) => [scope, period, softUsd, hardUsd]),
      [["workspace", "month", "4", "6.5"]],
    );
  });

  it("are not taken away by somebody who has not seen them, whose text stays", async () => {
    const user = await web.app().aUser();
    const { budgets } = user.workspace;
    await budgets.put([{ scope: "workspace", period: "month", hardUsd: "5" }]);
    const { page, complaints } = await web.open(PAGE, { account: user });
    const dialog = page.getByRole("dialog");
    const read = async () => (await budgets.list()).data.map(({ period, hardUsd }) => [period, hardUsd]);
    const conflicts = () => complaints.splice(0).filter((text) => !text.includes("status of 409"));

    await page.getByRole("button", { name: "Change the monthly budget" }).click();
    await dialog.getByLabel("Hard limit, USD").fill("8");
    // Another admin adds one, and changes the one that is being changed here.
    await budgets.put([
      { scope: "workspace", period: "month", hardUsd: "6" },
      { scope: "workspace", period: "day", hardUsd: "1" },
    ]);
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText(/Somebody else changed the budgets meanwhile: look at them and save again\./).waitFor();
    await dialog.getByText(/hard limit \$6\.00, soft limit none/).waitFor();
    assert.equal(await dialog.getByLabel("Hard limit, USD").inputValue(), "8");
    if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/changed-meanwhile.png` });
    const monthAndDay = (month: string) => [
      ["day", "1"],
      ["month", month],
    ];
    assert.deepEqual(await read(), monthAndDay("6"));
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    assert.deepEqual(await read(), monthAndDay("8"));
    assert.deepEqual(conflicts(), []);

    // The same for what a call at an unknown price holds, and for taking one away.
    await budgets.put([{ scope: "workspace", period: "day", hardUsd: "2" }]);
    const held = page.getByLabel("Held for each call, USD");
    await held.fill("0.05");
    await held.press("Enter");
    await page.getByText(/Somebody else changed the budgets meanwhile/).waitFor();
    assert.equal(await held.inputValue(), "0.05");
    await held.press("Enter");
    await page.getByText("each holds $0.050 until its cost is known").waitFor();
    assert.deepEqual(await read(), [["day", "2"]]);

    await budgets.put([
      { scope: "workspace", period: "day", hardUsd: "2" },
      { scope: "workspace", period: "total", hardUsd: "9" },
    ]);
    await page.getByRole("button", { name: "Remove the daily budget" }).click();
    const question = page.getByRole("alertdialog");
    await question.getByRole("button", { name: "Remove budget" }).click();
    await question.getByText(/Somebody else changed the budgets meanwhile/).waitFor();
    await question.getByRole("button", { name: "Remove budget" }).click();
    await question.waitFor({ state: "detached" });
    assert.deepEqual(await read(), [["total", "9"]]);
    assert.deepEqual(conflicts(), []);
  });

  it("can be changed when one is of a member who left: it goes, for it holds for nobody", async () => {
    const user = await web.app().aUser();
    const leaving = await web.app().aUser("Leaving");
    const { token } = await user.workspace.invites.create({ role: "member" });
    await leaving.client.workspaces.accept({ token });
    const { budgets, members } = user.workspace;
    const subjectId = leaving.me.user.id;
    await budgets.put([
      { scope: "workspace", period: "month", hardUsd: "5" },
      { scope: "member", subjectId, period: "day", hardUsd: "1" },
    ]);
    await members.remove(subjectId);
    const { page } = await web.open(PAGE, { account: user });
    await page.getByText("somebody who left").waitFor();
    await page.getByRole("button", { name: "Change the monthly budget of The whole workspace" }).click();
    await page.getByLabel("Hard limit, USD").fill("6");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("$0.00 of $6.00 spent").waitFor();
    assert.deepEqual(
      (await budgets.list()).data.map(({ hardUsd }) => hardUsd),
      ["6"],
    );
  });

  it("say that little is left of a soft limit where there is a hard one, too", async () => {
    const user = await web.app().aUser();
    const asked = await ask(user, MODEL, { content: "[[sim: tokens:500]] hi" });
    const { message } = await asked.heard.end(asked.assistantMessage.id);
    const softUsd = fromPico((toPico(message.costUsd!) * 100n) / 95n);
    await user.workspace.budgets.put([{ scope: "workspace", period: "month", softUsd, hardUsd: "5" }]);
    const { page } = await web.open(PAGE, { account: user });
    const row = page.getByRole("listitem").filter({ hasText: "The whole workspace" });
    await row.getByText("Over 80 % of the soft limit").waitFor();
    assert.equal(await row.locator(".bg-warn").count(), 2);
  });

  it("tell in the chat why nothing is sent, and who can change that", async () => {
    const user = await web.app().aUser();
    await user.workspace.budgets.put([{ scope: "workspace", period: "month", hardUsd: "0" }]);
    const { id } = await user.aConversation({ model: MODEL });
    const chat = await web.chat(`/c/${id}`, { account: user });
    await chat.send("Hello");
    const words = chat.page.getByRole("alert").filter({ hasText: "Not sent." });
    await words
      .getByText(
        /^Not sent\. This workspace's monthly budget of \$0\.00 is used up\. It begins anew \w+ 1, 12:00 AM\. You can raise it\.$/,
      )
      .waitFor();
    await chat.web.assertAccessible("an unsent message");
    await words.getByRole("link", { name: "See budgets" }).click();
    await chat.page.getByText("$0.00 of $0.00 spent").waitFor();
  });

  for (const { name: look, theme, phone } of LOOKS)
    it(`tell a member that their own has no room for an answer: ${look}`, async () => {
      const owner = await web.app().aUser();
      const member = await web.app().aUser();
      const { token } = await owner.workspace.invites.create({ role: "member" });
      await member.client.workspaces.accept({ token });
      const subjectId = member.me.user.id;
      await owner.workspace.budgets.put([{ scope: "member", subjectId, period: "month", hardUsd: "0.0000001" }]);
      const theirs = member.client.workspace(owner.workspaceId);
      const { id } = await theirs.conversations.create({ model: MODEL });
      const chat = await web.chat("/", { account: member, theme, phone });
      await chat.page.evaluate((chosen) => localStorage.setItem("parley.workspace", chosen), owner.workspaceId);
      await chat.web.go(`/c/${id}`);
      await chat.send("Hello");
      const answer = await chat.ended("failed");
      await answer.getByText(/Your monthly budget of \$0\.00000010 has too little left for this\./).waitFor();
      await answer.getByText(/It begins anew \w+ 1, 12:00 AM\. An admin of this workspace can raise it\./).waitFor();
      await answer.getByRole("link", { name: "See budgets" }).waitFor();
      await chat.web.assertAccessible("an answer that a budget refused");
      if (SCREENSHOTS)
        await chat.page.screenshot({ path: `${SCREENSHOTS}/refused-${theme}-${phone ? "phone" : "desk"}.png` });
    });

  it("leave no empty chat behind when the first message is refused, and the text stays", async () => {
    const user = await web.app().aUser();
    await user.workspace.budgets.put([{ scope: "workspace", period: "month", hardUsd: "0" }]);
    const chat = await web.chat("/", { account: user });
    await chat.send("Hello there");
    await chat.page.getByText("The chat could not be started.").waitFor();
    await chat.page.getByText(/This workspace's monthly budget of \$0\.00 is used up\./).waitFor();
    await chat.page.getByRole("link", { name: "See budgets" }).waitFor();
    assert.equal(await chat.composer.inputValue(), "Hello there");
    assert.deepEqual((await user.workspace.conversations.list()).data, []);
    await chat.page.getByText("Your chats will be listed here.").waitFor();
    await chat.web.assertAccessible("a chat that could not be started");
    if (SCREENSHOTS) await chat.page.screenshot({ path: `${SCREENSHOTS}/not-begun.png` });
    await user.workspace.budgets.put([]);
    await chat.begin("[[sim: tokens:3]]");
    await chat.ended();
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
      const alert = page
        .getByRole("status")
        .filter({ hasText: "100 % of the soft limit of this workspace's monthly budget is spent" });
      // The page may not be listening yet; of a limit that is changed it is told anew.
      for (let n = 0; n < 5 && !(await alert.isVisible()); n += 1) {
        const softUsd = `0.0001${n}`;
        await user.workspace.budgets.put([{ scope: "workspace", period: "month", softUsd }]);
        await alert.waitFor({ timeout: 6_000 }).catch(() => undefined);
      }
      await alert.waitFor();
      await alert.getByText("A soft limit refuses nothing.").waitFor();
      // What is told of another budget stands beside it.
      const other = alert.getByText("100 % of the soft limit of this workspace's lifetime budget is spent");
      const { data } = await user.workspace.budgets.list();
      const inputs = data.map(({ period, softUsd }) => ({ scope: "workspace" as const, period, softUsd }));
      await user.workspace.budgets.put([...inputs, { scope: "workspace", period: "total", softUsd: "0.0001" }]);
      await other.waitFor();
      await opened.assertAccessible("budget alert");
      if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/alert-${phone ? "phone" : "desk"}.png` });
      await alert.getByRole("button", { name: "Close" }).first().click();
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
