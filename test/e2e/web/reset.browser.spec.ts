// A forgotten password: the operator makes a link, and whoever has it sets a new password and signs in with it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { webFixture } from "./fixture.js";

const NEXT = "another long password 43";

describe("a forgotten password", () => {
  const web = webFixture();

  it("is set anew by a link of the operator", async () => {
    const operator = await web.app().aUser("Operator");
    const ann = await web.app().aUser("Ann Example");
    const admin = await web.open("/admin/accounts", { account: operator });
    await admin.page.getByRole("button", { name: "Actions for Ann Example" }).click();
    await admin.page.getByRole("menuitem", { name: "Make a reset link" }).click();
    const text = (await admin.page.getByText(/\/reset#/).textContent()) ?? "";
    await admin.assertAccessible("reset link");

    const reset = await web.open(text.slice(text.indexOf("/reset")));
    const { page } = reset;
    await page.getByLabel("New password").fill(NEXT);
    await reset.assertAccessible("reset");
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByText("Your new password is set.").waitFor();
    await assert.rejects(ann.client.auth.me(), { status: 401 });
    await page.getByRole("link", { name: "Back to sign in" }).click();
    await page.getByLabel("E-mail").fill(ann.email);
    await page.getByLabel("Password").fill(NEXT);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "What are you working on?" }).waitFor();
  });

  it("says plainly that a used link is none, and that this server sends no mail", async () => {
    const reset = await web.open("/reset#used");
    const { page } = reset;
    await page.getByLabel("New password").fill(NEXT);
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByText("This reset link was not found.").waitFor();
    // Chromium writes every refused request to the console.
    assert.match(reset.complaints.shift() ?? "", /404/);
    await reset.go("/login");
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await page.getByText("This server sends no mail.", { exact: false }).waitFor();
  });
});
