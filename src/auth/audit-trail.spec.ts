// The catalogue of acts: each has a name of one form and words, and the subjects are what the names are about.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AUDIT_ACTIONS, AUDIT_SUBJECTS } from "./audit-trail.js";

test("every act is named as subject and verb, and told in words", () => {
  for (const [action, words] of Object.entries(AUDIT_ACTIONS)) {
    assert.match(action, /^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$/);
    // The column that holds the name is 60 long.
    assert.ok(action.length <= 60, action);
    assert.match(words, /^[A-Z].{8,}[^.\s]$/, action);
  }
  assert.equal(new Set(Object.values(AUDIT_ACTIONS)).size, Object.keys(AUDIT_ACTIONS).length, "no words twice");
});

test("the subjects are the words before the dots, each once", () => {
  assert.equal(new Set(AUDIT_SUBJECTS).size, AUDIT_SUBJECTS.length);
  for (const action of Object.keys(AUDIT_ACTIONS))
    assert.ok(
      AUDIT_SUBJECTS.some((subject) => action.startsWith(`${subject}.`)),
      action,
    );
  for (const subject of AUDIT_SUBJECTS)
    assert.ok(
      Object.keys(AUDIT_ACTIONS).some((action) => action.startsWith(`${subject}.`)),
      subject,
    );
});
