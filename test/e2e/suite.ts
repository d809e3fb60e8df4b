// All user stories against one running instance, on a database of choice: from outside only, over HTTP and Socket.IO.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { App } from "../app/app.js";
import type { DatabaseKind } from "../app/database.js";
import { accounts } from "./accounts.story.js";
import { analytics } from "./analytics.story.js";
import { branches } from "./branches.story.js";
import { budgets } from "./budgets.story.js";
import { conversations } from "./conversations.story.js";
import { feedback } from "./feedback.story.js";
import { idempotency } from "./idempotency.story.js";
import { models } from "./models.story.js";
import { money } from "./money.story.js";
import { operations } from "./operations.story.js";
import { platformKeys } from "./platform-keys.story.js";
import { providerKeys } from "./provider-keys.story.js";
import { recordings } from "./recordings.story.js";
import { refusals } from "./refusals.story.js";
import { resuming } from "./resuming.story.js";
import { roles } from "./roles.story.js";
import { settingBudgets } from "./setting-budgets.story.js";
import { streaming } from "./streaming.story.js";
import { tenants } from "./tenants.story.js";

/** Registers the tests of one story; `theApp` may be called inside tests and hooks. */
export type Story = (theApp: () => App) => void;

// Accounts come first: they need an instance that nobody has signed up to, and open it for the others.
const STORIES: Story[] = [
  accounts,
  tenants,
  roles,
  conversations,
  streaming,
  resuming,
  branches,
  feedback,
  idempotency,
  money,
  budgets,
  settingBudgets,
  analytics,
  recordings,
  providerKeys,
  models,
  platformKeys,
  refusals,
  operations,
];

/** Runs every story on one database, with two API processes, so that nothing may rest on hitting the same one. */
export function suite(database: DatabaseKind): void {
  describe(`Parley on ${database}`, () => {
    let app: App | undefined;
    const theApp = (): App => {
      if (!app) throw new Error("The instance did not start.");
      return app;
    };
    before(async () => {
      app = await App.start({ database, apis: 2, env: { REGISTRATION: "closed" } });
    });
    after(() => app?.stop());
    let shown = false;
    afterEach((test) => {
      if (shown || (test as unknown as { passed: boolean }).passed || !app) return;
      shown = true;
      process.stderr.write(`${app.logs()}\n`);
    });
    for (const story of STORIES) story(theApp);

    if (database !== "sqlite-encrypted") return;
    it("keeps a file that tells nothing without its key", () => {
      const folder = join(theApp().folder, "data");
      const files = readdirSync(folder).filter((name) => name.includes(".db"));
      assert.ok(files.length > 0);
      for (const name of files) {
        const bytes = readFileSync(join(folder, name));
        assert.equal(bytes.includes("SQLite format 3"), false, name);
        assert.equal(bytes.includes("example.test"), false, name);
      }
    });
  });
}
