// Passwords that are guessed first are refused, in whatever case; all others are the person's own affair.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { GUESSED_PASSWORDS } from "./guessed-passwords.js";
import { assertNotWeak } from "./weak-passwords.js";

const refused = { status: 400, errors: [{ path: "newPassword", message: /guessed first/ }] };
const check = (password: string, shown: string[] = []) => assertNotWeak(password, "newPassword", shown);

test("the common ones are refused, in whatever case and width", () => {
  assert.equal(GUESSED_PASSWORDS, 3_000);
  for (const one of [
    "password",
    "12345678",
    "qwertyuiop",
    "iloveyou",
    "Sunshine",
    "PASSWORD",
    "ｐａｓｓｗｏｒｄ",
    " password ",
  ])
    assert.throws(
      () => check(one),
      (error: Error & typeof refused) => {
        assert.deepEqual([error.status, error.errors[0]?.path], [400, "newPassword"]);
        assert.match(String(error.errors[0]?.message), /guessed first/);
        return true;
      },
      one,
    );
});

test("what the account shows to everybody is refused, and a few characters over and over", () => {
  const shown = ["Anna.Example@example.test", "Anna Margaret"];
  for (const one of [
    "anna.example@example.test",
    "anna.example",
    "ANNA MARGARET",
    "aaaaaaaa",
    "abababab",
    "abcabcabca",
  ])
    assert.throws(() => check(one, shown), one);
  check("anna.example");
  check("anna.example 42", shown);
});

test("others are not: long ones, chance, and any script", () => {
  for (const one of [
    "correct horse battery staple",
    "a long enough password 42",
    "пароль из шести слов",
    "密码密码很长很长的",
  ])
    check(one);
  fc.assert(
    fc.property(fc.string({ minLength: 12, maxLength: 40 }), (text) => {
      fc.pre(new Set(text).size > 6);
      check(`${text} of mine`);
    }),
  );
});
