// The usage page: figures, charts with tables, groups, exact costs, reconciliation, CSV.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { allOf, type ProviderCall } from "#libs/client/index";
import { eventually } from "../../app/patience.js";
import { ask } from "../ask.js";
import { sumOf } from "../decimal.js";
import { webFixture } from "./fixture.js";

describe("the usage page", () => {
  const web = webFixture();

  it("says that there is nothing yet", async () => {
    const { page } = await web.open("/usage", { account: await web.app().aUser() });
    await page.getByText("No calls yet.").waitFor();
    assert.equal(await page.getByText("Show as table").count(), 0);
  });

  it("shows what was spent, by whom, each call, and how sure that is", async () => {
    const ann = await web.app().aUser("Ann Example");
    for (const model of ["sim/tokens:40,as:anthropic/claude-haiku-4.5", "sim/tokens:7", "sim/tokens:7"]) {
      const asked = await ask(ann, model);
      await asked.heard.end(asked.assistantMessage.id);
    }
    const calls: ProviderCall[] = [];
    for await (const call of allOf((query) => ann.workspace.calls(query))) calls.push(call);
    const total = sumOf(calls.map(({ costUsd }) => costUsd ?? "0"));

    const open = await web.open("/usage", { account: ann, reducedMotion: true });
    const { page } = open;
    await page.locator(".recharts-bar-rectangle path").first().waitFor();
    await page.locator("dl > div").filter({ hasText: "Calls" }).getByText("3", { exact: true }).waitFor();

    // Each chart as a table, to the last digit.
    const perDay = page.locator("section").filter({ hasText: "Cost per day and model" });
    // The bar that was waited for may be another chart's.
    const legend = perDay.locator(".recharts-legend-item-text");
    await legend.nth(1).waitFor();
    assert.deepEqual(new Set(await legend.allInnerTexts()), new Set(calls.map(({ model }) => model)));
    await perDay.getByText("Show as table").press("Enter");
    assert.equal(await perDay.getByRole("row").count(), 31);
    await perDay.getByRole("cell", { name: `$${total}`, exact: true }).waitFor();
    const ofSeven = sumOf(calls.filter(({ model }) => model === "sim/tokens:7").map(({ costUsd }) => costUsd ?? "0"));
    await perDay.getByRole("cell", { name: `$${ofSeven}`, exact: true }).waitFor();

    await page.getByLabel("Group by").selectOption("Member");
    const byMember = page.locator("section").filter({ hasText: "Cost by member" });
    await byMember.getByText("Show as table").press("Enter");
    await byMember.getByRole("row").filter({ hasText: "Ann Example" }).getByText(`$${total}`).waitFor();

    await page.getByLabel("Days").selectOption("7 d");
    await page.waitForFunction("document.querySelectorAll('section table tbody')[0]?.rows.length === 7");

    const newest = page.getByRole("button", { name: /^Details of the call/ }).first();
    await newest.press("Enter");
    await page.getByText(calls[0]?.generationId ?? "none").waitFor();

    await page.locator("summary", { hasText: "Reconciliation" }).press("Enter");
    await page.getByText("Every call is settled.").waitFor();
    await open.assertAccessible("all unfolded");

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download CSV" }).click(),
    ]);
    const csv = await readFile(await download.path(), "utf8");
    assert.equal(csv.trim().split("\r\n").length, 4);
    for (const { generationId } of calls) assert.ok(csv.includes(generationId ?? "none"));
  });

  it("finds calls by what is known of them, keeps that in the address, and saves what is shown", async () => {
    const ann = await web.app().aUser("Ann Example");
    for (const model of ["sim/tokens:7", "sim/tokens:9", "sim/400-param"]) {
      const asked = await ask(ann, model);
      await asked.heard.end(asked.assistantMessage.id);
    }
    const open = await web.open("/usage", { account: ann, reducedMotion: true, phone: true });
    const { page } = open;
    const rows = page.getByRole("group", { name: "Calls" }).getByRole("button", { name: /^Details of the call/ });
    const shown = (count: number) => eventually(async () => (await rows.count()) === count, `${count} calls`);
    await rows.nth(2).waitFor();

    await page.getByLabel("Model", { exact: true }).selectOption("sim/tokens:9");
    await shown(1);
    assert.equal(new URL(page.url()).searchParams.get("model"), "sim/tokens:9");
    await page.getByLabel("Outcome").focus();
    await page.keyboard.press("f");
    await page.getByText("No call in these days is like that.").waitFor();
    await open.assertAccessible("nothing found");
    await page.getByLabel("Model", { exact: true }).selectOption("");
    await shown(1);
    await page.getByRole("cell", { name: "sim/400-param" }).waitFor();

    // The address alone brings it back, and the file has what is shown.
    await page.reload();
    await shown(1);
    assert.equal(await page.getByLabel("Outcome").inputValue(), "failed");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download CSV" }).click(),
    ]);
    assert.equal((await readFile(await download.path(), "utf8")).trim().split("\r\n").length, 2);
    await page.getByRole("button", { name: "Clear filters" }).press("Enter");
    await shown(3);
    assert.equal(new URL(page.url()).search, "");
    await open.assertAccessible("all calls on a phone");
  });

  it("shows a member what they used themselves", async () => {
    const [ann, ben] = [await web.app().aUser("Ann Example"), await web.app().aUser("Ben Example")];
    const { token } = await ann.workspace.invites.create({ role: "member" });
    await ben.client.workspaces.accept({ token });
    const asked = await ask(ann, "sim/tokens:7");
    await asked.heard.end(asked.assistantMessage.id);
    const { page } = await web.open("/usage", { account: ben });
    await page.evaluate((id) => localStorage.setItem("parley.workspace", id), ann.workspaceId);
    await page.reload();
    await page.getByText("Your own usage in").waitFor();
    await page.getByText("No calls yet.").waitFor();
    assert.equal(await page.getByLabel("Member", { exact: true }).count(), 0);
  });
});
