// What a form says when it was filled in wrongly: beside the field, before anything is sent where the browser knows it already.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Locator, Page } from "playwright-core";
import { webFixture } from "./fixture.js";

describe("forms", () => {
  // Providers at other addresses than these are refused, with the field that names the address.
  const web = webFixture({ PROVIDER_ORIGINS: "https://providers.example", PARLEY_SIMULATOR: "true" });

  /** What stands below a field, once it is marked as wrong. */
  async function complaint(page: Page, field: Locator): Promise<string> {
    await page.locator('input[aria-invalid="true"]').first().waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    const ids = ((await field.getAttribute("aria-describedby")) ?? "").split(" ").filter(Boolean);
    // biome-ignore lint/performance/useDomNodeTextContent: as it is seen
    return (await Promise.all(ids.map((id) => page.locator(`[id="${id}"]`).innerText()))).join(" ");
  }

  it("say what the browser itself finds missing, too short or mistyped, and send nothing", async () => {
    const account = await web.app().aUser("Ann Example");
    const shown = await web.open("/settings/profile", { account });
    const { page } = shown;
    const sent: string[] = [];
    page.on("request", (request) => request.method() !== "GET" && sent.push(request.url()));
    const change = page.getByRole("button", { name: "Change password" });
    const current = page.getByRole("region", { name: "Password" }).getByLabel("Current password");
    await change.click();
    assert.match(await complaint(page, current), /fill out this field/);
    await current.fill(account.password);
    await page.getByLabel("New password").pressSequentially("short");
    await change.click();
    assert.match(await complaint(page, page.getByLabel("New password")), /8 characters or more/);
    await shown.assertAccessible("password too short");
    assert.deepEqual(sent, []);
    await page.getByLabel("New password").fill("a long enough password 43");
    await change.click();
    await page.getByText("The password was changed.").waitFor();

    await shown.go("/settings/members");
    await page.getByLabel("E-mail (optional)").fill("no address");
    await page.getByRole("button", { name: "Make a link" }).click();
    assert.match(await complaint(page, page.getByLabel("E-mail (optional)")), /include an '@'/);
    assert.deepEqual((await account.workspace.invites.list()).data, []);
  });

  it("are sent by the first click after what was wrong is put right", async () => {
    await web.app().aUser();
    const { page } = await web.open("/login");
    await page.getByLabel("E-mail").fill("nobody");
    await page.getByLabel("Password").fill("a long enough password");
    await page.getByRole("button", { name: "Sign in" }).click();
    assert.match(await complaint(page, page.getByLabel("E-mail")), /include an '@'/);
    await page.getByLabel("E-mail").fill("nobody@example.test");
    assert.equal(await page.getByText("include an '@'").isVisible(), false);
    // The hand is slower than a machine: the button must be there when it is let go.
    const box = (await page.getByRole("button", { name: "Sign in" }).boundingBox()) ?? assert.fail("no button");
    const refused = page.waitForResponse(/auth\/login$/);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height - 2);
    await page.mouse.down();
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    await page.mouse.up();
    assert.equal((await refused).status(), 401);
    await page.getByRole("alert").waitFor();
  });

  it("begin what the server says of a field with a capital letter", async () => {
    const account = await web.app().aUser("Ann Example");
    const { page, complaints } = await web.open("/settings/profile", { account });
    const form = page.getByRole("region", { name: "Password" });
    await form.getByLabel("Current password").fill(account.password);
    await page.getByLabel("New password").fill("password1");
    await page.getByRole("button", { name: "Change password" }).click();
    assert.match(await complaint(page, page.getByLabel("New password")), /^Is one of those that are guessed first/);
    assert.match(complaints.shift() ?? "", /status of 400/);
  });

  it("say below them what is wrong with a field that is not on the page", async () => {
    const account = await web.app().aUser();
    const { page, complaints } = await web.open("/settings/keys", { account });
    await page.getByRole("button", { name: "Add key" }).click();
    const dialog = page.getByRole("dialog", { name: "Add key" });
    await dialog.getByLabel("Key", { exact: true }).fill("sk-or-v1-of-the-forms-0001");
    await dialog.getByRole("button", { name: "Save key" }).click();
    // In a demo the page itself names OpenRouter's address.
    await dialog.getByRole("alert").getByText("is not at an address that the operator allows").waitFor();
    assert.match(complaints.shift() ?? "", /status of 422/);
    await dialog.getByText("OpenAI-compatible").click();
    await dialog.getByLabel("Base URL").fill("https://elsewhere.example/v1");
    await dialog.getByRole("button", { name: "Save key" }).click();
    assert.match(await complaint(page, dialog.getByLabel("Base URL")), /^Is not at an address/);
    assert.equal(await dialog.getByRole("alert").count(), 0);
    assert.match(complaints.shift() ?? "", /status of 422/);
  });

  it("tell members of a workspace with a key of its own nothing of a demo", async () => {
    const owner = await web.app().aUser("Host");
    const member = await web.app().aUser("Guest");
    const { token } = await owner.workspace.invites.create({ role: "member" });
    await member.client.workspaces.accept({ token });
    const theirs = member.client.workspace(owner.workspaceId);
    const { id } = await theirs.conversations.create({});
    const { page } = await web.open("/", { account: member });
    await page.evaluate((workspace) => localStorage.setItem("parley.workspace", workspace), owner.workspaceId);
    await page.reload();
    await page.getByText("Ask an admin to add an OpenRouter key.").waitFor();
    await page.goto(`${web.app().baseUrl}/c/${id}`);
    await page.getByText("Demo: a simulator answers").waitFor();

    const secret = "sk-or-v1-of-the-forms-0002";
    const key = await owner.workspace.providerKeys.create({ provider: "openrouter", label: "Ours", secret });
    const known = () => page.waitForResponse((response) => response.url().endsWith("/vault") && response.ok());
    await Promise.all([known(), page.reload()]);
    await page.getByRole("textbox", { name: "Message" }).waitFor();
    assert.equal(await page.getByText("Demo: a simulator answers").count(), 0);
    await Promise.all([known(), page.goto(web.app().baseUrl)]);
    await page.getByRole("heading", { name: "What are you working on?" }).waitFor();
    assert.equal(await page.getByText("This is a demo").count(), 0);

    await owner.workspace.providerKeys.update(key.id, { enabled: false });
    await page.reload();
    await page.getByText("This is a demo").waitFor();
  });
});
