// Whatever names and texts are put into a mail, they stay text: no header, no tag.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { renderMail } from "./layout.js";

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("a\r\nBcc: x@y.test", "<script>alert(1)</script>", '"><img src=x>', "</p><a href='javascript:1'>"),
);

test("a subject is one line, and HTML has only the tags of the layout", () => {
  const tags = (html: string) => html.match(/<[a-z!/][^>]*>/gi)?.map((tag) => /^<\/?[!a-z]+/i.exec(tag)![0]) ?? [];
  const known = tags(
    renderMail({ subject: "s", paragraphs: ["p"], action: { label: "l", url: "u" }, notes: ["n"] }).html,
  );
  fc.assert(
    fc.property(hostile, hostile, hostile, hostile, (subject, paragraph, label, note) => {
      const url = `https://x.test/?t=${encodeURIComponent(label.toWellFormed())}`;
      const mail = renderMail({ subject, paragraphs: [paragraph], action: { label, url }, notes: [note] });
      assert.doesNotMatch(mail.subject, /[\r\n\p{Cc}]/u);
      assert.deepEqual(
        tags(mail.html).filter((tag) => tag !== "<br"),
        known,
      );
      assert.ok(mail.text.includes(paragraph) && mail.text.includes(url));
    }),
  );
});
