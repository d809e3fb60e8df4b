// Everything by keyboard: sending, stopping, editing, versions, picker, palette, and where the focus goes back to.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Locator } from "playwright-core";
import type { Account } from "../../app/account.js";
import { webFixture } from "./fixture.js";

const isFocused = (locator: Locator): Promise<boolean> => locator.evaluate((element) => element.matches(":focus"));

describe("the page by keyboard", () => {
  const web = webFixture();
  let account: Account;

  before(async () => {
    account = await web.app().aUser();
  });

  it("sends, stops, edits the last message and turns between versions", async () => {
    const chat = await web.chat("/", { account });
    const { keyboard } = chat.page;
    await chat.composer.waitFor();
    assert.ok(await isFocused(chat.composer), "one can write at once");
    await keyboard.type("[[sim: tokens:300 rate:40]] go");
    await keyboard.press("Shift+Enter");
    await keyboard.type("on");
    await keyboard.press("Enter");
    await chat.shows(/t8/);
    await keyboard.press("Escape");
    await chat.ended("stopped");
    await keyboard.press("Alt+ArrowUp");
    const edit = chat.page.getByRole("textbox", { name: "Edit your message" });
    await edit.waitFor();
    assert.match(await edit.inputValue(), /go\non$/);
    await edit.fill("[[sim: text=again]]");
    await keyboard.press("Enter");
    await chat.ended();
    await chat.page.getByRole("log").focus();
    await chat.lastAnswer.getByRole("button", { name: "Copy" }).focus();
    await keyboard.press("/");
    assert.ok(await isFocused(chat.composer), "a slash goes to the composer");
    await chat.page.getByRole("log").focus();
    await chat.button("Answer again").press("Enter");
    await chat.page.getByText("2 / 2").last().waitFor();
    await chat.ended();
    await chat.page.getByRole("log").focus();
    await keyboard.press("[");
    await chat.page.getByText("1 / 2").last().waitFor();
    await keyboard.press("]");
    await chat.page.getByText("2 / 2").last().waitFor();
  });

  it("opens and closes picker, menu, palette and help, and gives the focus back", async () => {
    const chat = await web.chat("/", { account });
    const { keyboard } = chat.page;
    const picker = chat.button(/^Model:/);
    await picker.press("Enter");
    await chat.page.getByRole("listbox", { name: "Models" }).waitFor();
    await keyboard.press("Escape");
    await chat.page.getByRole("listbox").waitFor({ state: "detached" });
    assert.ok(await isFocused(picker), "the picker's button has the focus again");

    await chat.begin("[[sim: tokens:5]] palette target");
    await chat.ended();
    const more = chat.button("More actions");
    await more.press("Enter");
    await chat.page.getByRole("menu").waitFor();
    await keyboard.press("Escape");
    await chat.page.getByRole("menu").waitFor({ state: "detached" });
    assert.ok(await isFocused(more), "the menu's button has the focus again");

    await keyboard.press("?");
    await chat.page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    await keyboard.press("Escape");
    await keyboard.press("Control+Shift+O");
    await chat.page.getByRole("heading", { name: "What are you working on?" }).waitFor();
    await keyboard.press("Control+k");
    await chat.page.getByRole("dialog", { name: "Search and commands" }).waitFor();
    await keyboard.type("palette targ");
    await chat.page.getByRole("option", { name: /palette target/ }).waitFor();
    await keyboard.press("Enter");
    await chat.page.waitForURL(/\/c\//);
  });
});
