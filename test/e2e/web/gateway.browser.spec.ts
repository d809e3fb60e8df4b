// The gateway in the settings: answers are kept when an admin says so, are counted, and go when asked.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Account } from "../../app/account.js";
import { eventually } from "../../app/patience.js";
import { aKey } from "../gateway/stage.js";
import { webFixture } from "./fixture.js";

const PAGE = "/settings/gateway";

describe("the gateway in the settings", () => {
  const web = webFixture();
  let account: Account;

  before(async () => {
    account = await web.app().aUser();
  });

  it("keeps answers from the moment it is switched on, and deletes them", async () => {
    const { page } = await web.open(PAGE, { account });
    const kept = page.getByRole("switch", { name: "Keep answers" });
    await kept.focus();
    await page.keyboard.press("Space");
    const time = page.getByLabel("Keep for");
    await time.waitFor();
    await page.getByText("0 answers kept, 0 B").waitFor();
    await Promise.all([
      page.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.ok()),
      time.selectOption({ label: "5 minutes" }),
    ]);
    assert.deepEqual(await account.workspace.gateway.settings(), {
      cacheEnabled: true,
      cacheTtlSeconds: 300,
      cachedAnswers: 0,
      cachedBytes: 0,
      loggingEnabled: false,
      logRetentionDays: 30,
    });
    const { token } = await aKey(account);
    await fetch(`${web.app().baseUrl}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ model: "sim/tokens:5", messages: [{ role: "user", content: "Hi" }] }),
    }).then((answer) => answer.text());
    await eventually(async () => (await account.workspace.gateway.settings()).cachedAnswers === 1, "the kept answer");
    await page.reload();
    await page.getByText(/^1 answer kept, /).waitFor();
    await page.getByRole("button", { name: "Delete kept answers" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete kept answers" }).click();
    await page.getByText("0 answers kept, 0 B").waitFor();
  });

  it("has programs that ask for a model which the workspace allows", async () => {
    const user = await web.app().aUser();
    await user.workspace.models.update({ allowed: ["openai/gpt-5-mini"] });
    const { page } = await web.open(PAGE, { account: user });
    const curl = page.getByRole("region", { name: "curl" });
    await curl.getByText('"model": "openai/gpt-5-mini"').waitFor();
    await curl.getByText(`${web.app().baseUrl}/v1/chat/completions`).waitFor();
  });

  it("shows members what is kept, and lets them change nothing", async () => {
    await account.workspace.gateway.change({ cacheEnabled: true });
    const member = await web.app().aUser();
    const { token } = await account.workspace.invites.create({ role: "member" });
    await member.client.workspaces.accept({ token });
    // The older workspace comes first.
    const window = await web.open(PAGE, { account: member });
    const { page } = window;
    await page.getByText("Admins of the workspace can change this.").waitFor();
    assert.equal(await page.getByRole("switch", { name: "Keep answers" }).isDisabled(), true);
    assert.equal(await page.getByRole("button", { name: "Delete kept answers" }).count(), 0);
    await window.assertAccessible("seen by a member");
  });
});
