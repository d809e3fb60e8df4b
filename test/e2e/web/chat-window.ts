// A conversation in the page, as a person sees and uses it.
import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { WebPage } from "./browser.js";

/** How long an answer of the simulator may take, ms. */
const ANSWER_MS = 30_000;

export class ChatWindow {
  constructor(readonly web: WebPage) {}

  get page() {
    return this.web.page;
  }

  get composer(): Locator {
    return this.page.getByRole("textbox", { name: "Message" });
  }

  /** The answers in sight, oldest first. */
  get answers(): Locator {
    return this.page.locator("article[data-status]");
  }

  get lastAnswer(): Locator {
    return this.answers.last();
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name });
  }

  /** Writes and sends with Enter. */
  async send(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  /** Begins a conversation from the start page. @returns its id */
  async begin(text: string): Promise<string> {
    await this.send(text);
    await this.page.waitForURL(/\/c\/[0-9a-f-]{36}$/);
    return this.page.url().slice(-36);
  }

  /** Waits until the newest answer has this status. */
  async ended(status = "completed"): Promise<Locator> {
    const answer = this.page.locator("article[data-status]").last();
    await answer.and(this.page.locator(`[data-status="${status}"]`)).waitFor({ timeout: ANSWER_MS });
    return answer;
  }

  /** Waits until the newest answer shows a text. */
  async shows(text: string | RegExp): Promise<void> {
    await this.lastAnswer.getByText(text).first().waitFor({ timeout: ANSWER_MS });
  }

  /** The words of an answer of `sim/tokens`, as the page shows them. */
  async tokens(): Promise<string[]> {
    const text = (await this.lastAnswer.locator(".md").last().textContent()) ?? "";
    return text.trim().split(/\s+/);
  }

  /** Fails unless the newest answer is t0 t1 … without gap or repeat. */
  async assertTokens(count: number): Promise<void> {
    assert.deepEqual(
      await this.tokens(),
      Array.from({ length: count }, (_, index) => `t${index}`),
    );
  }
}
