// No page and no overlay has an axe finding, in any theme, on a desk or on a phone.
import { before, describe, it } from "node:test";
import type { Account } from "../../app/account.js";
import { LOOKS, type WebPage } from "./browser.js";
import { ChatWindow } from "./chat-window.js";
import { webFixture } from "./fixture.js";

/** Tabs whose address is another word. */
const SETTINGS: Record<string, string> = { "Provider keys": "keys", "Audit log": "audit" };
const QUESTIONS = ["show me some code", "make a table", "a math formula", "think step by step"];

describe("accessibility", () => {
  const web = webFixture();
  let account: Account;
  let conversationId: string;

  before(async () => {
    account = await web.app().aUser();
    const conversation = await account.aConversation();
    conversationId = conversation.id;
    const { socket, heard } = await account.join(conversation.id);
    for (const content of [...QUESTIONS, "[[sim: error=503]] fail"]) {
      const { assistantMessage } = await socket.send("message:send", {
        workspaceId: account.workspaceId,
        conversationId,
        clientMessageId: crypto.randomUUID(),
        content,
      });
      await heard.end(assistantMessage.id);
    }
  });

  for (const { name, theme, phone } of LOOKS) {
    it(`${name}: start, conversation and what opens over them`, async () => {
      const start = await web.open("/", { account, theme, phone, reducedMotion: true });
      await start.page.getByRole("heading", { level: 1 }).waitFor();
      await start.assertAccessible("start");
      await start.go(`/c/${conversationId}`);
      const chat = new ChatWindow(start);
      await chat.ended("failed");
      await start.assertAccessible("conversation");
      await overlays(chat, phone);
    });

    it(`${name}: settings, usage, and pages that are not there`, async () => {
      const page = await web.open("/usage", { account, theme, phone, reducedMotion: true });
      await page.page.getByRole("table").waitFor();
      await page.assertAccessible("usage");
      for (const tab of ["Profile", "Provider keys", "Gateway", "Workspace", "Members", "Audit log", "Appearance"]) {
        const path = `/settings/${SETTINGS[tab] ?? tab.toLowerCase()}`;
        await page.go(path);
        await page.page.locator("a[aria-current=page]", { hasText: tab }).waitFor();
        await page.page.waitForLoadState("networkidle");
        await page.assertAccessible(path);
      }
      await page.go("/c/01900000-0000-7000-8000-000000000000");
      await page.page.getByRole("heading", { name: "This chat is not here" }).waitFor();
      await page.assertAccessible("gone");
    });

    it(`${name}: signing in and registering`, async () => {
      const page = await web.open("/login", { theme, phone });
      await page.page.getByRole("heading", { name: "Sign in" }).waitFor();
      await page.assertAccessible("login");
      await page.go("/register");
      await page.page.getByLabel("Password").waitFor();
      await page.assertAccessible("register");
    });
  }
});

async function overlays(chat: ChatWindow, phone: boolean): Promise<void> {
  const { page, web } = chat;
  const closed = async (role: "dialog" | "menu") => {
    await page.keyboard.press("Escape");
    await page.getByRole(role).waitFor({ state: "detached" });
  };
  await chat.button(/^Model:/).click();
  await page.getByRole("option").first().waitFor();
  await web.assertAccessible("picker");
  await closed("dialog");
  await chat.button("More actions").last().click();
  await page.getByRole("menuitem").first().waitFor();
  await web.assertAccessible("menu");
  await closed("menu");
  await page.keyboard.press("Control+k");
  await page.getByRole("option").first().waitFor();
  await web.assertAccessible("palette");
  await closed("dialog");
  if (phone) await drawer(chat.web);
}

async function drawer(web: WebPage): Promise<void> {
  await web.page.getByRole("button", { name: "Open menu" }).click();
  await web.page.getByRole("navigation", { name: "Chats" }).getByRole("link").first().waitFor();
  await web.assertAccessible("drawer");
  await web.page.keyboard.press("Escape");
  await web.page.getByRole("dialog").waitFor({ state: "detached" });
}
