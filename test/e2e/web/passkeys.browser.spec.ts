// Passkeys in a real browser, with Chromium's own virtual authenticator: added in the profile, signed in with ("session.opened"), removed.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { webFixture } from "./fixture.js";

const AUTHENTICATOR = {
  protocol: "ctap2",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const;

describe("passkeys", () => {
  const web = webFixture();

  it("are added in the profile, sign in without a password, are renamed and removed", async () => {
    const ann = await web.app().aUser("Ann Example");
    const window = await web.open("/login");
    const { page } = window;
    // An address can have no passkeys: their button is not even there.
    await page.getByLabel("Password").waitFor();
    assert.equal(await page.getByRole("button", { name: "Sign in with a passkey" }).count(), 0);
    const devices = await window.context.newCDPSession(page);
    await devices.send("WebAuthn.enable");
    const { authenticatorId } = await devices.send("WebAuthn.addVirtualAuthenticator", { options: AUTHENTICATOR });
    const site = web.app().baseUrl.replace("127.0.0.1", "localhost");
    await page.goto(`${site}/login?next=/settings/profile`);
    await page.getByLabel("E-mail").fill(ann.email);
    await page.getByLabel("Password").fill(ann.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("button", { name: "Add passkey" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Laptop");
    await dialog.getByLabel("Your password").fill(ann.password);
    await window.assertAccessible("add");
    await page.keyboard.press("Enter");
    const rows = page.getByRole("list", { name: "Passkeys" }).getByRole("listitem");
    await rows.getByText("Laptop").waitFor();
    await window.assertAccessible("list");

    await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
    await window.assertAccessible("login");
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("heading", { name: "What are you working on?" }).waitFor();
    assert.equal((await devices.send("WebAuthn.getCredentials", { authenticatorId })).credentials[0]?.signCount, 2);

    await page.goto(`${site}/settings/profile`);
    await rows.getByText(/last used/).waitFor();
    await page.getByRole("button", { name: "Rename Laptop" }).click();
    await dialog.getByLabel("Name").fill("Work laptop");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Remove Work laptop" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await rows.first().waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByText("This passkey is not known here").waitFor();
    // The site's other name is no foreign one.
    assert.ok(window.foreign.splice(0).every((url) => url.startsWith(site)));
    assert.ok(window.complaints.splice(0).every((complaint) => complaint.includes("401")));
  });
});
