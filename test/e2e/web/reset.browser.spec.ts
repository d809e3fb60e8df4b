// A forgotten password: the operator makes a link, and whoever has it sets a new password and signs in with it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Secret, TOTP } from "otpauth";
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

  it("is not enough once two-step sign-in is set up: the code of the app, or a recovery code", async () => {
    const ann = await web.app().aUser("Ada Lovelace");
    const profile = await web.open("/settings/profile", { account: ann });
    const { page } = profile;
    await page.getByRole("button", { name: "Set up" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Your password").fill(ann.password);
    await page.keyboard.press("Enter");
    await dialog.getByRole("img", { name: "QR code for your authenticator app" }).waitFor();
    await profile.assertAccessible("QR code");
    const secret = ((await dialog.locator("code").textContent()) ?? "").replaceAll(" ", "");
    await dialog
      .getByRole("textbox", { name: "Code" })
      .fill(new TOTP({ secret: Secret.fromBase32(secret) }).generate());
    await page.keyboard.press("Enter");
    const codes = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
    await codes.first().waitFor();
    await profile.assertAccessible("recovery codes");
    const [first = "", second = ""] = await codes.allTextContents();
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("10 recovery codes left").waitFor();

    const login = await web.open("/login");
    await login.page.getByLabel("E-mail").fill(ann.email);
    await login.page.getByLabel("Password").fill(ann.password);
    await login.page.getByRole("button", { name: "Sign in" }).click();
    await login.page.getByText("Type the code that your authenticator app shows").waitFor();
    await login.assertAccessible("second step");
    await login.page.getByRole("textbox", { name: "Code" }).fill("000 000");
    await login.page.keyboard.press("Enter");
    await login.page.getByText("This code is wrong, too old or was used already.").waitFor();
    await login.page.getByRole("textbox", { name: "Code" }).fill(first);
    await login.page.keyboard.press("Enter");
    await login.page.getByRole("heading", { name: "What are you working on?" }).waitFor();
    assert.ok(login.complaints.splice(0).every((complaint) => complaint.includes("401")));

    await page.getByRole("button", { name: "Turn off" }).click();
    await page.getByRole("dialog").getByLabel("Your password").fill(ann.password);
    await page.getByRole("dialog").getByRole("textbox", { name: "Code" }).fill(second);
    await profile.assertAccessible("turn off");
    await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
    await page.getByRole("button", { name: "Set up" }).waitFor();
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
