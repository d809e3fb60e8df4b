// A conversation in the page: streaming, stopping, versions, editing, costs, and two tabs in step.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Locator } from "playwright-core";
import type { Account } from "../../app/account.js";
import { ChatWindow } from "./chat-window.js";
import { webFixture } from "./fixture.js";

const pressed = (button: Locator): Promise<string | null> => button.getAttribute("aria-pressed");
const saved = (chat: ChatWindow) => chat.page.waitForResponse((response) => response.url().endsWith("/feedback"));

describe("a conversation in the page", () => {
  const web = webFixture();
  let account: Account;

  before(async () => {
    account = await web.app().aUser();
  });

  it("streams an answer, and shows tokens, exact cost and time under it", async () => {
    const chat = await web.chat("/", { account });
    const id = await chat.begin("[[sim: tokens:40 rate:200]] count");
    const answer = await chat.ended();
    await chat.assertTokens(40);
    const { data } = await account.workspace.conversations.messages(id);
    const row = data.find(({ role }) => role === "assistant");
    assert.ok(row?.costUsd && row.usage);
    assert.equal(await answer.locator("[data-cost]").getAttribute("data-cost"), row.costUsd);
    await answer.getByText(`${row.usage.promptTokens} in / 40 out`).waitFor();
    const { costUsd } = await account.workspace.conversations.get(id);
    await chat.page.locator(`[data-conversation-cost="${costUsd}"]`).waitFor();
    await chat.page.getByText("Answer complete, 40 tokens").waitFor({ state: "attached" });
  });

  it("shows code in colours, a table and typeset formulas", async () => {
    const chat = await web.chat("/", { account });
    await chat.begin("show me some code");
    await chat.ended();
    await chat.lastAnswer.locator("pre .tk-keyword").first().waitFor();
    await chat.send("a math formula");
    await chat.ended();
    await chat.lastAnswer.locator(".katex").first().waitFor();
    // Shown as its source: a formula that could not be set, or not yet.
    await chat.lastAnswer.locator(".md-formula code").first().waitFor({ state: "detached" });
  });

  it("goes on after a reload in mid-stream, and is the same in a second tab", async () => {
    const chat = await web.chat("/", { account });
    const id = await chat.begin("[[sim: tokens:300 rate:40]] count slowly");
    await chat.shows(/t10 t11/);
    const second = new ChatWindow(await chat.web.tab(`/c/${id}`));
    await second.shows(/t20/);
    await chat.page.reload();
    await chat.shows(/t30/);
    assert.equal(await chat.lastAnswer.getAttribute("data-status"), "streaming", "the reload was in mid-stream");
    await Promise.all([chat.ended(), second.ended()]);
    await chat.assertTokens(300);
    await second.assertTokens(300);
    second.web.assertQuiet();
  });

  it("loses nothing when the connection is gone for a while, and says so meanwhile", async () => {
    const chat = await web.chat("/", { account });
    await chat.begin("[[sim: tokens:200 rate:40]] count on");
    await chat.shows(/t10/);
    await chat.web.context.setOffline(true);
    await chat.page.getByText("Offline.").waitFor();
    await chat.composer.fill("written offline");
    await chat.web.context.setOffline(false);
    await chat.page.getByText("Offline.").waitFor({ state: "detached" });
    await chat.ended();
    await chat.assertTokens(200);
    assert.equal(await chat.composer.inputValue(), "written offline");
    chat.web.complaints.length = 0; // Chromium itself reports the requests that failed while offline.
  });

  it("stops with the button and goes on with Continue", async () => {
    const chat = await web.chat("/", { account });
    await chat.begin("[[sim: tokens:400 rate:40 provider:OpenAI]] count far");
    await chat.shows(/t12/);
    await chat.button("Stop").click();
    await chat.ended("stopped");
    const kept = await chat.tokens();
    await chat.lastAnswer.locator("[data-cost]:not([data-cost=pending])").waitFor();
    await chat.button("Continue").click();
    await chat.page.getByText("2 / 2").waitFor();
    await chat.shows(`t${kept.length + 5}`);
    await chat.button("Stop").click();
    await chat.ended("stopped");
    assert.deepEqual(
      (await chat.tokens()).slice(0, kept.length - 1),
      kept.slice(0, -1),
      "it begins with the kept text",
    );
  });

  it("keeps versions: answering again, turning back, editing the question; the other tab follows", async () => {
    const chat = await web.chat("/", { account });
    const id = await chat.begin("[[sim: text=first]]");
    await chat.ended();
    await chat.button("Answer again").click();
    await chat.page.getByText("2 / 2").waitFor();
    await chat.ended();
    const second = new ChatWindow(await chat.web.tab(`/c/${id}`));
    await second.page.getByText("2 / 2").waitFor();
    await chat.button("Previous version").click();
    await chat.page.getByText("1 / 2").waitFor();
    await second.page.getByText("1 / 2").waitFor();

    await chat.button("Edit").click();
    await chat.page.getByRole("textbox", { name: "Edit your message" }).fill("[[sim: text=edited]]");
    await chat.page.keyboard.press("Enter");
    await chat.shows("edited");
    await second.shows("edited");
    await chat.ended();
    await chat.button("Previous version").click();
    await chat.shows("first");
    await second.shows("first");
    second.web.assertQuiet();
  });

  it("says why there is no answer, and tries again", async () => {
    const chat = await web.chat("/", { account });
    await chat.begin("[[sim: error=402-credits]] please");
    const answer = await chat.ended("failed");
    await answer.getByText("No answer.").waitFor();
    await chat.send("[[sim: tokens:60 rate:100 reset after:20]] break");
    const broken = await chat.ended("interrupted");
    await broken.getByText("The answer broke off.").waitFor();
    await broken.getByText(/t5/).waitFor();
    await broken.getByRole("button", { name: "Continue" }).waitFor();
  });

  it("is not kept when its first message is refused: the text stays where it was written, with the reason", async () => {
    const user = await web.app().aUser();
    const chat = await web.chat("/", { account: user });
    await chat.button(/^Model: Claude/).waitFor();
    await user.workspace.models.update({ allowed: ["openai/gpt-4o-mini"] });
    await chat.send("Hello there");
    const refused = chat.page.getByRole("alert").filter({ hasText: "The chat could not be started." });
    await refused.getByText(/may not call/).waitFor();
    assert.equal(await chat.composer.inputValue(), "Hello there");
    assert.deepEqual((await user.workspace.conversations.list()).data, []);
    await chat.page.getByText("Your chats will be listed here.").waitFor();
  });

  it("renames, pins, archives and deletes from the sidebar", async () => {
    const { id } = await account.aConversation({ title: "Plan of the week" });
    const { page } = await web.open(`/c/${id}`, { account });
    const list = page.getByRole("navigation", { name: "Chats" });
    const menu = async (title: string, entry: string) => {
      await list.getByRole("link", { name: title }).hover();
      await list.getByRole("button", { name: `Actions for ${title}` }).click();
      await page.getByRole("menuitem", { name: entry }).click();
    };
    await menu("Plan of the week", "Rename");
    await page.getByRole("textbox", { name: "New title" }).fill("Plan of the month");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Plan of the month" }).waitFor();
    await menu("Plan of the month", "Pin");
    await list.getByRole("region", { name: "Pinned" }).getByRole("link", { name: "Plan of the month" }).waitFor();
    await menu("Plan of the month", "Archive");
    await list.getByRole("link", { name: "Plan of the month" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Archived chats" }).click();
    await menu("Plan of the month", "Delete");
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "What are you working on?" }).waitFor();
    await assert.rejects(account.workspace.conversations.get(id), { code: "not_found" });
  });

  it("rates an answer with a comment, and takes the rating back; a reload shows what was kept", async () => {
    const chat = await web.chat("/", { account });
    const id = await chat.begin("[[sim: tokens:3]]");
    const answer = await chat.ended();
    const [up, down] = ["Good answer", "Bad answer"].map((name) => chat.lastAnswer.getByRole("button", { name }));
    const ratings = async () =>
      (await account.workspace.messages.ratings(id)).data.map(({ rating, comment }) => [rating, comment]);
    await down!.click();
    const dialog = chat.page.getByRole("dialog", { name: "What was wrong?" });
    await dialog.getByLabel("Your comment").fill("It only counts.");
    await chat.web.assertAccessible("the comment on an answer");
    await dialog.getByRole("button", { name: "Send" }).click();
    await dialog.waitFor({ state: "detached" });
    assert.deepEqual(await ratings(), [["down", "It only counts."]]);
    await chat.page.reload();
    await answer.waitFor();
    await chat.page.locator('[aria-label="Bad answer"][aria-pressed="true"]').waitFor();
    await Promise.all([saved(chat), up!.click()]);
    assert.deepEqual(await ratings(), [["up", null]]);
    assert.deepEqual(await Promise.all([up!, down!].map(pressed)), ["true", "false"]);
    await Promise.all([saved(chat), up!.press("Space")]);
    assert.deepEqual(await ratings(), []);
  });

  it("picks a model by name and answers with it", async () => {
    const chat = await web.chat("/", { account });
    const { data } = await account.workspace.models.list({ limit: 1 });
    const wanted = data[0];
    assert.ok(wanted);
    await chat.button(/^Model:/).click();
    await chat.page.getByRole("textbox", { name: "Search models" }).fill(wanted.id);
    await chat.page.getByRole("option").first().waitFor();
    await chat.page.keyboard.press("Enter");
    const id = await chat.begin("[[sim: tokens:3]]");
    await chat.ended();
    assert.equal((await account.workspace.conversations.get(id)).model, wanted.id);
  });
});
