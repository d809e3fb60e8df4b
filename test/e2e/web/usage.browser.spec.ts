// The usage page: figures, charts with tables, groups, exact costs, reconciliation, CSV.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { allOf, type ProviderCall } from "#libs/client/index";
import { eventually } from "../../app/patience.js";
import { ask } from "../ask.js";
import { sumOf } from "../decimal.js";
import { aKey } from "../gateway/stage.js";
import { overflowOf } from "./browser.js";
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
    // To the last digit, too.
    const charged = page
      .getByRole("group", { name: "Difference" })
      .getByRole("cell", { name: `$${ofSeven}`, exact: true });
    await charged.first().waitFor();
    await page
      .locator("dl > div")
      .filter({ hasText: "Spend" })
      .getByText(/^\$0\.000\d+ today/)
      .waitFor();
    // As the lines are listed, not by the alphabet.
    const tokens = page.locator("section").filter({ hasText: "Tokens per day" }).locator(".recharts-legend-item-text");
    assert.deepEqual(await tokens.allInnerTexts(), ["In", "Of it cached", "Out", "Of it reasoning"]);
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
    await page.getByRole("cell", { name: "sim/400-param invalid_request", exact: true }).waitFor();

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

  it("says of each call who made it, of which model, and whether it was kept or stopped, within its frame", async () => {
    const ann = await web.app().aUser("Ann Example");
    const { token } = await aKey(ann, { name: "production" });
    const call = (body: object, signal?: AbortSignal) =>
      fetch(`${web.app().baseUrl}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify({ messages: [{ role: "user", content: "Hi" }], ...body }),
        ...(signal && { signal }),
      });
    const listed = async () => (await ann.workspace.calls()).data;

    await ann.workspace.gateway.change({ cacheEnabled: true });
    const model = "sim/tokens:40,as:anthropic/claude-haiku-4.5";
    await (await call({ model })).text();
    await eventually(async () => (await ann.workspace.gateway.settings()).cachedAnswers === 1, "the kept answer");
    await (await call({ model })).text();
    const leaving = new AbortController();
    const answer = await call({ model: "sim/tokens:3000,rate:80", stream: true }, leaving.signal);
    await answer.body?.getReader().read();
    leaving.abort();
    await eventually(
      async () => (await listed()).some(({ errorCode }) => errorCode === "cancelled"),
      "the stopped call",
    );
    await (await call({ model: "sim/400-param" })).text();
    await eventually(
      async () => (await listed()).filter(({ costState }) => costState !== "estimated").length === 4,
      "the ended calls",
    );
    const served = (await listed()).find((one) => one.servedModel !== null && one.model === model)?.servedModel ?? "";
    assert.notEqual(served, model);

    const desk = await web.open("/usage", { account: ann, reducedMotion: true });
    await desk.page.setViewportSize({ width: 1280, height: 860 });
    const rowsOf = (page: typeof desk.page) => page.getByRole("group", { name: "Calls", exact: true });
    const table = rowsOf(desk.page);
    for (const status of ["From cache", "Stopped", "invalid_request"])
      await table.getByRole("cell", { name: status, exact: true }).waitFor();
    assert.equal(await table.getByRole("cell", { name: model, exact: true }).count(), 2, "as it was asked");
    assert.equal(await overflowOf(table), 0);
    // One of four went wrong; what its client left did not.
    await desk.page.getByText("25 % failed").waitFor();
    await desk.page.getByLabel("Outcome").selectOption("Stopped");
    await eventually(async () => (await table.getByRole("row").count()) === 2, "the stopped call");
    await table.getByRole("cell", { name: "sim/tokens:3000,rate:80", exact: true }).waitFor();
    await desk.page.getByLabel("Outcome").selectOption("Failed");
    await table.getByRole("cell", { name: "sim/400-param", exact: true }).waitFor();
    assert.equal(await table.getByRole("row").count(), 2);

    const phone = await web.open("/usage", { account: ann, reducedMotion: true, phone: true, theme: "dark" });
    const list = rowsOf(phone.page);
    const details = list.getByRole("button", { name: `, ${model}` });
    await details.nth(1).waitFor();
    assert.deepEqual(await list.getByRole("columnheader").allInnerTexts(), ["Time", "Model", "Cost"]);
    await list.getByRole("cell", { name: `${model} From cache`, exact: true }).waitFor();
    // The kept one is the newer one.
    await details.first().press("Enter");
    const facts = list.locator("dl");
    const fact = (name: string, value: string) =>
      facts
        .locator("div")
        .filter({ has: phone.page.getByText(name, { exact: true }) })
        .getByText(value, { exact: true });
    await fact("Answer", "Kept answer, given again").waitFor();
    await fact("Cost", "$0.00").waitFor();
    await fact("Member", "Ann Example").waitFor();
    await fact("API key", "production").waitFor();
    await fact("Came from", "Gateway").waitFor();
    await details.first().press("Enter");
    await facts.waitFor({ state: "detached" });
    await details.last().press("Enter");
    await fact("Model that answered", served).waitFor();
    assert.equal(await overflowOf(list), 0);
    await phone.assertAccessible("details on a phone");
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
