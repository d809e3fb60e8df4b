// One instance and one browser for all tests of a file.
import { after, afterEach, before } from "node:test";
import { App } from "../../app/app.js";
import { type PageOptions, WebBrowser, type WebPage } from "./browser.js";
import { ChatWindow } from "./chat-window.js";

export interface WebFixture {
  app(): App;
  open(path: string, options?: PageOptions): Promise<WebPage>;
  chat(path: string, options?: PageOptions): Promise<ChatWindow>;
}

/** To be called in a `describe`: starts before its tests, and after each test checks that no page complained. */
export function webFixture(env: Record<string, string> = {}): WebFixture {
  let app: App | undefined;
  let browser: WebBrowser | undefined;
  const pages: WebPage[] = [];
  before(async () => {
    app = await App.start({ env });
    // Nobody reads the demo's answers here.
    await app.simulator.set({ rate: 600, firstTokenMs: 50 });
    browser = await WebBrowser.launch(app.baseUrl);
  });
  afterEach(async () => {
    const opened = pages.splice(0);
    await Promise.all(opened.map((page) => page.close()));
    for (const page of opened) page.assertQuiet();
  });
  after(async () => {
    await browser?.close();
    await app?.stop();
  });
  const open = async (path: string, options?: PageOptions): Promise<WebPage> => {
    if (!browser) throw new Error("The browser did not start.");
    const page = await browser.open(path, options);
    pages.push(page);
    return page;
  };
  return {
    app: () => {
      if (!app) throw new Error("The instance did not start.");
      return app;
    },
    open,
    chat: async (path, options) => new ChatWindow(await open(path, options)),
  };
}
