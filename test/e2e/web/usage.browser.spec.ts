// The usage page: figures, charts with tables, groups, exact costs, reconciliation, CSV.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { allOf, type ProviderCall } from "#libs/client/index";
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
    const perDay = page.locator("section").filter({ hasText: "Cost per day" });
    await perDay.getByText("Show as table").press("Enter");
    assert.equal(await perDay.getByRole("row").count(), 31);
    await perDay.getByRole("cell", { name: `$${total}`, exact: true }).waitFor();

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
});
