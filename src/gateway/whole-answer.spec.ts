// A whole answer keeps every byte, and has the field that strict clients want.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withFingerprint } from "./whole-answer.js";

const through = (form: "chat" | "embeddings" | "responses", text: string) =>
  withFingerprint(form, Buffer.from(text)).toString();

test("a chat completion without a fingerprint gets null, in front of its own bytes", () => {
  const text =
    ' \n{ "id":"gen-1","cost":1.10e-7,"choices":[{"message":{"content":"say \\"system_fingerprint\\" 🦀"}}]}';
  const changed = through("chat", text);
  assert.equal(changed, text.replace("{", '{"system_fingerprint":null,'));
  assert.equal((JSON.parse(changed) as Record<string, unknown>)["system_fingerprint"], null);
});

test("one that has it, and answers of other forms, pass as they are", () => {
  for (const value of ["null", '"fp_1"']) {
    const text = `{"id":"x","system_fingerprint" : ${value},"choices":[]}`;
    assert.equal(through("chat", text), text);
  }
  for (const form of ["embeddings", "responses"] as const) assert.equal(through(form, '{"data":[]}'), '{"data":[]}');
});
