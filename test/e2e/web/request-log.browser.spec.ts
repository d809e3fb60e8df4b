// The request log in the settings: switched on, filled, searched, opened, deleted; on every look without a finding of axe.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Account } from "../../app/account.js";
import { eventually } from "../../app/patience.js";
import { aKey } from "../gateway/stage.js";
import { LOOKS, overflowOf, type WebPage } from "./browser.js";
import { webFixture } from "./fixture.js";

const GATEWAY = "/settings/gateway";
const PAGE = "/settings/gateway/log";
const QUESTION = "How many bridges does Bern have?";

describe("the request log in the settings", () => {
  const web = webFixture();
  let account: Account;
  let token: string;

  before(async () => {
    account = await web.app().aUser("Ann Owner");
    token = (await aKey(account, { name: "production" })).token;
  });

  const logs = async (of = account) => (await of.workspace.gateway.logs()).data;

  /** Calls a model, and waits until that is logged. */
  async function ask(model: string, more: object = {}, key = token): Promise<void> {
    const count = (await logs()).length;
    const answer = await fetch(`${web.app().baseUrl}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify({ model, messages: [{ role: "user", content: QUESTION }], ...more }),
    });
    await answer.text();
    await eventually(async () => (await logs()).length === count + 1, "the logged call");
  }
  const rowOf = ({ page }: WebPage, model: string) => page.getByRole("row").filter({ hasText: model });

  it("is off, says what it would store, and is switched on by keyboard", async () => {
    const window = await web.open(GATEWAY, { account });
    const { page } = window;
    await page.getByRole("heading", { name: "Request log Off" }).waitFor();
    await page.getByRole("link", { name: "Open the request log" }).click();
    await page.getByText("Nothing is logged yet.").waitFor();
    await page.getByText(/stored, encrypted with this workspace's key/).waitFor();
    await window.assertAccessible("off");
    await page.getByRole("switch", { name: "Log requests and answers" }).focus();
    await page.keyboard.press("Space");
    await page.getByText("Calls appear here once they have ended.").waitFor();
    const keep = page.getByLabel("Keep for");
    await Promise.all([
      page.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.ok()),
      keep.selectOption({ label: "7 days" }),
    ]);
    const { loggingEnabled, logRetentionDays } = await account.workspace.gateway.settings();
    assert.deepEqual([loggingEnabled, logRetentionDays], [true, 7]);
  });

  it("lists calls, finds them, and opens one by keyboard", async () => {
    await ask("sim/tokens:7", { temperature: 0.5 });
    await ask("sim/tokens:9", {
      stream: true,
      messages: [
        { role: "system", content: "Be short." },
        { role: "user", content: QUESTION },
      ],
    });
    await ask("sim/429-provider");
    const window = await web.open(PAGE, { account });
    const { page } = window;
    await rowOf(window, "sim/429-provider").getByText("Failed", { exact: true }).waitFor();
    await rowOf(window, "sim/429-provider").getByText("rate_limited").waitFor();
    await page.setViewportSize({ width: 1280, height: 860 });
    assert.equal(await overflowOf(page.getByRole("group", { name: "Logged calls" })), 0);
    const names = await page
      .getByRole("row")
      .getByRole("link")
      .evaluateAll((links) => links.map((link) => link.ariaLabel));
    assert.match(names[0] ?? "", /:\d\d:\d\d.*, sim\/429-provider$/);
    assert.equal(new Set(names).size, 3);
    assert.equal(await page.getByRole("row").count(), 4);
    await page.getByLabel("Status").selectOption({ label: "Failed" });
    await rowOf(window, "sim/tokens:7").waitFor({ state: "detached" });
    assert.equal(await page.getByRole("row").count(), 2);
    await page.getByLabel("Status").selectOption({ label: "Any" });
    await page.getByRole("searchbox", { name: "Model" }).fill("TOKENS:9");
    await rowOf(window, "sim/tokens:7").waitFor({ state: "detached" });
    await page.getByRole("searchbox", { name: "Model" }).fill("nothing like that");
    await page.getByText("No logged call is like that.").waitFor();
    await page.getByRole("searchbox", { name: "Model" }).fill("tokens:9");
    await rowOf(window, "sim/tokens:9").getByRole("link").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Request", exact: false, level: 3 }).first().waitFor();
    await page.getByText("Be short.").waitFor();
    await page.getByText(QUESTION).waitFor();
    const [log] = (await account.workspace.gateway.logs({ model: "tokens:9" })).data;
    const text = await page
      .getByRole("heading", { name: "Assistant" })
      .locator("xpath=../following-sibling::*[1]")
      .textContent();
    assert.ok(text?.trim() && !text.includes("data:"), text ?? "");
    const raw = page.getByRole("group", { name: "The answer's body" });
    assert.equal(await raw.count(), 0, "long bodies are shown when asked for");
    await page.getByText("As it was sent: the events of the stream").click();
    assert.match((await raw.textContent()) ?? "", /^data: \{/m);
    const read = (await account.workspace.audit.list()).data.filter(({ action }) => action === "gateway.log_read");
    assert.deepEqual(
      read.map(({ targetId }) => targetId),
      [log!.id],
      "each reading is noted once",
    );
  });

  for (const { name, theme, phone } of LOOKS) {
    it(`${name}: the list, a stream, a failed call, and what is not there`, async () => {
      const window = await web.open(PAGE, { account, theme, phone, reducedMotion: true });
      const { page } = window;
      await rowOf(window, "sim/tokens:9").waitFor();
      await window.assertAccessible("list");
      assert.equal(await overflowOf(page.getByRole("group", { name: "Logged calls" })), 0);
      await rowOf(window, "sim/tokens:9").getByRole("link").click();
      await page.getByRole("heading", { name: "Assistant" }).waitFor();
      await page.getByText("As it was sent", { exact: true }).click();
      await page.getByRole("group", { name: "The request's body" }).waitFor();
      await page.waitForLoadState("networkidle");
      await window.assertAccessible("call");
      const wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
      assert.equal(wide, false, "the page scrolls sideways");
      await page.getByRole("link", { name: "Request log" }).click();
      await rowOf(window, "sim/429-provider").getByRole("link").click();
      await page.getByText("429", { exact: true }).waitFor();
      await window.assertAccessible("failed call");
      await window.go(`${PAGE}/01900000-0000-7000-8000-000000000000`);
      await page.getByRole("heading", { name: "This call is not in the log" }).waitFor();
      await window.assertAccessible("gone");
      assert.match(window.complaints.splice(0).join(), /404/);
    });
  }

  it("is looked through as before after a call was opened, by either way back", async () => {
    const window = await web.open(PAGE, { account });
    const { page } = window;
    await page.getByLabel("Status").selectOption({ label: "Answered" });
    await page.getByLabel("Time").selectOption({ label: "Last hour" });
    await page.getByRole("searchbox", { name: "Model" }).pressSequentially("tokens:9");
    await rowOf(window, "sim/tokens:7").waitFor({ state: "detached" });
    const looksAsBefore = async () => {
      await rowOf(window, "sim/tokens:9").waitFor();
      assert.equal(await page.getByRole("row").count(), 2);
      assert.equal(await page.getByRole("searchbox", { name: "Model" }).inputValue(), "tokens:9");
      assert.equal(await page.getByLabel("Status").inputValue(), "answered");
      assert.equal(await page.getByLabel("Time").inputValue(), "hour");
    };
    for (const back of [() => page.goBack(), () => page.getByRole("link", { name: "Request log" }).click()]) {
      await rowOf(window, "sim/tokens:9").getByRole("link").click();
      await page.getByRole("heading", { name: "Assistant" }).waitFor();
      await back();
      await looksAsBefore();
    }
    await page.reload();
    await looksAsBefore();
  });

  it("shows members their own calls, and lets them change nothing", async () => {
    const member = await web.app().aUser("Ben Member");
    const { token: invite } = await account.workspace.invites.create({ role: "member" });
    await member.client.workspaces.accept({ token: invite });
    const key = await member.client.workspace(account.workspaceId).apiKeys.create({ name: "ben", scopes: ["gateway"] });
    await ask("sim/tokens:11", {}, key.token);
    const window = await web.open(PAGE, { account: member });
    const { page } = window;
    await rowOf(window, "sim/tokens:11").waitFor();
    assert.equal(await page.getByRole("row").count(), 2, "a heading and one call");
    assert.equal(await page.getByRole("switch").isDisabled(), true);
    for (const name of ["Delete the whole log", "Delete from the log"])
      assert.equal(await page.getByRole("button", { name }).count(), 0);
    assert.equal(await page.getByLabel("Member").count(), 0);
    await window.assertAccessible("seen by a member");
  });

  it("stays when it is switched off, and says so; one call goes, then all", async () => {
    const { page } = await web.open(PAGE, { account });
    await page.getByText("Log requests and answers").click();
    await page.getByText(/Logging is off\. What was logged before stays/).waitFor();
    assert.equal((await logs()).length, 4);
    await page.getByRole("row").filter({ hasText: "sim/tokens:7" }).getByRole("link").click();
    await page.getByRole("button", { name: "Delete from the log" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete from the log" }).click();
    await page.getByRole("row").filter({ hasText: "sim/tokens:9" }).waitFor();
    assert.equal(await page.getByRole("row").filter({ hasText: "sim/tokens:7" }).count(), 0);
    await page.getByRole("button", { name: "Delete the whole log" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete the whole log" }).click();
    await page.getByText("Nothing is logged yet.").waitFor();
    assert.deepEqual(await logs(), []);
  });

  it("says what is wrong when it cannot be read, and tries again", async () => {
    const window = await web.open(GATEWAY, { account });
    const { page } = window;
    let broken = true;
    await page.route("**/gateway/logs?*", (route) =>
      broken
        ? route.fulfill({
            status: 400,
            contentType: "application/problem+json",
            body: '{"code":"invalid_input","detail":"Broken on purpose."}',
          })
        : route.fallback(),
    );
    await page.getByRole("link", { name: "Open the request log" }).click();
    const again = page.getByRole("button", { name: "Try again" });
    await again.waitFor();
    broken = false;
    await again.click();
    await page.getByText("Nothing is logged yet.").waitFor();
    assert.match(window.complaints.splice(0).join(), /400/);
  });
});
