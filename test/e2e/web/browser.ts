// Chromium for the page's tests: a fresh profile each time, and pages that report what must not happen.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import type { Account } from "../../app/account.js";

/** Rules of WCAG 2.1, levels A and AA. */
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export type Theme = "light" | "dark" | "contrast";

/** How a page may look. */
export interface Look {
  name: string;
  theme: Theme;
  phone: boolean;
}

const THEMES: Theme[] = ["light", "dark", "contrast"];
const ALL_LOOKS = THEMES.flatMap((theme) =>
  [false, true].map((phone): Look => ({ name: `${theme}, ${phone ? "phone" : "desk"}`, theme, phone })),
);

/** Each theme and each width once; every pair of them with `EVERY_LOOK=1`, as at night. */
export const LOOKS: readonly Look[] = process.env["EVERY_LOOK"]
  ? ALL_LOOKS
  : ALL_LOOKS.filter(({ theme, phone }) => phone === (theme === "dark"));

export interface PageOptions {
  /** Signed in as; without it nobody is. */
  account?: Account;
  theme?: Theme;
  /** 390 × 844, with touch. */
  phone?: boolean;
  reducedMotion?: boolean;
}

/** One browser; every {@link WebBrowser.open} is a profile of its own. */
export class WebBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly baseUrl: string,
  ) {}

  static async launch(baseUrl: string): Promise<WebBrowser> {
    const executablePath = process.env["PARLEY_CHROMIUM"] ?? PLACES.find((path) => existsSync(path));
    if (!executablePath) throw new Error("There is no Chromium; npm test says how to get one.");
    return new WebBrowser(await chromium.launch({ executablePath, headless: true, args: FLAGS }), baseUrl);
  }

  /** Opens an address of the app. */
  async open(path: string, options: PageOptions = {}): Promise<WebPage> {
    const { phone = false, reducedMotion = false, theme, account } = options;
    const context = await this.browser.newContext({
      viewport: phone ? { width: 390, height: 844 } : { width: 1360, height: 860 },
      hasTouch: phone,
      isMobile: phone,
      locale: "en-US",
      timezoneId: "UTC",
      reducedMotion: reducedMotion ? "reduce" : "no-preference",
    });
    if (account) await context.addCookies(cookiesOf(account, this.baseUrl));
    if (theme) await context.addInitScript({ content: `localStorage.setItem("parley.theme", "${theme}")` });
    const page = new WebPage(context, await context.newPage(), this.baseUrl);
    await page.go(path);
    return page;
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

function cookiesOf(account: Account, url: string): { name: string; value: string; url: string }[] {
  return account.jar
    .header()
    .split("; ")
    .map((pair) => {
      const at = pair.indexOf("=");
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url };
    });
}

/** A page, with everything it complained about. */
export class WebPage {
  /** What the console reported as an error, and exceptions. A violated content security policy is among them. */
  readonly complaints: string[] = [];
  /** Addresses outside the app that were asked for. */
  readonly foreign: string[] = [];

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly baseUrl: string,
  ) {
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() !== "error" || isExpected(message.text())) return;
      this.complaints.push(`${message.text()} ${message.location().url} on ${page.url()}`);
    });
    context.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (/^(http|ws)/.test(protocol) && origin !== this.baseUrl) this.foreign.push(request.url());
    });
  }

  async go(path: string): Promise<void> {
    await this.page.goto(this.baseUrl + path);
  }

  /** Another tab of the same profile. */
  async tab(path: string): Promise<WebPage> {
    const page = new WebPage(this.context, await this.context.newPage(), this.baseUrl);
    await page.go(path);
    return page;
  }

  /** Fails when axe finds anything on the page as it is now. */
  async assertAccessible(what: string): Promise<void> {
    // "Legacy": without a second page that puts the findings of frames together, of which there are none.
    const axe = new AxeBuilder({ page: this.page }).setLegacyMode().options({ resultTypes: ["violations"] });
    const { violations } = await axe.withTags(WCAG).analyze();
    const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
    assert.deepEqual(found, [], what);
  }

  /** Fails when the page complained or asked elsewhere. */
  assertQuiet(): void {
    assert.deepEqual(this.complaints, []);
    assert.deepEqual(this.foreign, []);
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

/** How much wider than its frame something is, px. */
export function overflowOf(frame: Locator): Promise<number> {
  return frame.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
}

/** The page asks who is signed in; "nobody" is an answer that Chromium also writes to the console. */
function isExpected(text: string): boolean {
  return /Failed to load resource.*401/.test(text);
}
