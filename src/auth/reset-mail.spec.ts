// The mail with a reset link says whose it is, where the link goes, until when it works, and what to do when it was not asked for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { resetMail } from "./reset-mail.js";

test("the mail names its reader, carries the link, and says until when it may be used", () => {
  const url = "https://parley.example.test/reset#abc";
  const mail = resetMail({ name: "Ann", url, expiresAt: Date.UTC(2026, 0, 2, 3, 4, 59, 999) });
  assert.deepEqual(mail, {
    subject: "Set a new password for Parley",
    paragraphs: ["Hello Ann, somebody asked for a new password for your account on Parley."],
    action: { label: "Set a new password", url },
    notes: [
      "The link may be used once, until 2026-01-02 03:04 UTC. All your sign-ins end when it is used.",
      "If it was not you, you need not do anything: your password stays as it is.",
    ],
  });
});
