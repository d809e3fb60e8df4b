// The operator's pages: find an account and disable it, whose page is then signed out; for others there are no such pages.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, describe, it } from "node:test";
import { LOOKS } from "./browser.js";
import { webFixture } from "./fixture.js";

const [OLD, NEW] = ["old", "new"].map((id) => `${id}:${randomBytes(32).toString("base64")}`) as [string, string];

describe("the operator's pages", () => {
  const web = webFixture({ VAULT_KEYS: OLD });

  before(async () => {
    await web.app().aUser("Olga Operator");
  });

  it("disable an account, whose open page is signed out at once, and enable it again", async () => {
    const person = await web.app().aUser("Paul Person");
    const theirs = await web.open("/", { account: person });
    await theirs.page.getByRole("heading", { name: "What are you working on?" }).waitFor();
    const { page } = await web.open("/settings", { account: web.app().operator });
    await page.getByRole("link", { name: "Instance" }).click();
    await page.getByLabel("Search accounts by name or e-mail").fill("paul p");
    await page.getByRole("button", { name: "Actions for Olga Operator" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Actions for Paul Person" }).click();
    await page.getByRole("menuitem", { name: "Disable" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Disable" }).click();
    await page.getByText("Disabled", { exact: true }).waitFor();
    await theirs.page.waitForURL(/\/login/);
    await theirs.page.getByLabel("E-mail").fill(person.email);
    await theirs.page.getByLabel("Password").fill(person.password);
    await theirs.page.getByRole("button", { name: "Sign in" }).click();
    await theirs.page.getByText("This account is disabled.").waitFor();
    await page.getByRole("button", { name: "Actions for Paul Person" }).click();
    await page.getByRole("menuitem", { name: "Enable" }).click();
    await page.getByText("Disabled", { exact: true }).waitFor({ state: "detached" });
    await theirs.page.getByRole("button", { name: "Sign in" }).click();
    await theirs.page.getByRole("heading", { name: "What are you working on?" }).waitFor();
    theirs.complaints.splice(0); // Chromium reports the refused sign-in.
  });

  it("delete an account once its e-mail is typed, and say what goes with it and what is in the way", async () => {
    const app = web.app();
    const [person, other] = [await app.aUser("Gone Person"), await app.aUser("Other Person")];
    const { token } = await person.workspace.invites.create({ role: "admin" });
    await other.client.workspaces.accept({ token });
    const theirs = await web.open("/", { account: person });
    const shown = await web.open("/admin/accounts", { account: app.operator });
    const { page } = shown;
    await page.getByLabel("Search accounts by name or e-mail").fill("gone p");
    await page.getByRole("button", { name: "Actions for Olga Operator" }).waitFor({ state: "detached" });
    const dialog = page.getByRole("alertdialog", { name: "Delete the account of Gone Person?" });
    const ask = async () => {
      await page.getByRole("button", { name: "Actions for Gone Person" }).click();
      await page.getByRole("menuitem", { name: "Delete…" }).click();
    };
    await ask();
    await dialog.getByRole("list", { name: "In the way" }).getByText("Gone Person's workspace").waitFor();
    await shown.assertAccessible("deletion that is not possible");
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await person.workspace.transfer({ userId: other.me.user.id });
    await ask();
    await dialog.getByRole("list", { name: "Left." }).getByText("Gone Person's workspace").waitFor();
    const go = dialog.getByRole("button", { name: "Delete for good" });
    assert.equal(await go.isDisabled(), true);
    await dialog.getByLabel(`Type ${person.email} to confirm`).fill(person.email);
    await shown.assertAccessible("question before the deletion");
    await go.click();
    await page.getByText("No account fits.").waitFor();
    await theirs.page.waitForURL(/\/login/);
    await page.getByLabel("Search accounts by name or e-mail").fill("olga");
    await page.getByRole("button", { name: "Actions for Olga Operator" }).click();
    await page.getByRole("menuitem", { name: "Make a reset link" }).waitFor();
    assert.equal(await page.getByRole("menuitem", { name: "Delete…" }).count(), 0, "one's own");
  });

  it("bring the vault under another key while everybody works", async () => {
    const app = web.app();
    const { operator } = app;
    await operator.workspace.providerKeys.create({ provider: "openrouter", label: "kept", secret: "sk-or-v1-kept" });
    for (const kind of ["api", "worker"] as const) await app.restart(kind, 0, { VAULT_KEYS: `${NEW},${OLD}` });
    const { page } = await web.open("/admin/vault", { account: operator });
    await page.getByText("2 keys are still under an older one").waitFor();
    await page.getByRole("button", { name: "Rotate" }).click();
    await page.getByText("Everything is under the first key.").waitFor();
    const keys = page.getByRole("list", { name: "Key-encryption keys" }).getByRole("listitem");
    assert.match((await keys.first().textContent()) ?? "", /^new.*wraps 1 key.*First$/);
    const [kept] = (await operator.workspace.providerKeys.list()).data;
    assert.equal((await operator.workspace.providerKeys.test(kept!.id)).ok, true);
  });

  it("do not exist for anybody else, neither as pages nor as routes", async () => {
    const person = await web.app().aUser("Nosy Person");
    const { page } = await web.open("/admin/accounts", { account: person });
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    await page.getByRole("link", { name: "Instance" }).waitFor({ state: "detached" });
    const { operator } = person.client;
    const { id } = person.me.user;
    for (const call of [
      () => operator.accounts(),
      () => operator.workspaces(),
      () => operator.settings(),
      () => operator.updateAccount(id, { isOperator: true }),
      () => operator.deletionOf(id),
      () => operator.deleteAccount(id),
    ])
      await assert.rejects(call(), { status: 404 });
    assert.equal((await person.client.auth.me()).user.isOperator, false);
  });

  for (const { name, theme, phone } of LOOKS) {
    it(`have no axe finding (${name})`, async () => {
      const page = await web.open("/admin", { account: web.app().operator, theme, phone, reducedMotion: true });
      await page.page.getByRole("button", { name: "Actions for Olga Operator" }).waitFor();
      await page.assertAccessible("accounts");
      await page.go("/admin/workspaces");
      await page.page.getByText("Olga Operator's workspace").last().waitFor();
      await page.assertAccessible("workspaces");
      await page.go("/admin/vault");
      await page.page.getByText("Everything is under the first key.").waitFor();
      await page.assertAccessible("vault");
      await page.go("/admin/audit");
      await page.page.getByText("An account was made").first().waitFor();
      await page.assertAccessible("audit");
      await page.go("/admin/settings");
      await page.page.getByText("VAULT_KEYS").waitFor();
      await page.assertAccessible("settings");
    });
  }
});
