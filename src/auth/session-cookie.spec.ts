// Which cookie counts: the session's own name, in a shape that a token can have, and on https only the one no other host can plant.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readSessionToken, writeSessionCookie } from "./session-cookie.js";
import { newToken } from "./tokens.js";

const http = {};
const https = { publicUrl: "https://chat.example.test" };

describe("the session cookie", () => {
  it("is read back as it was written, among any others", () => {
    const other = fc.stringMatching(/^[a-z]{1,8}=[\w.%-]{0,20}$/);
    fc.assert(
      fc.property(fc.array(other), fc.array(other), (before, after) => {
        for (const config of [http, https]) {
          const token = newToken();
          const [cookie = ""] = writeSessionCookie(token, 60, config).split(";");
          assert.equal(readSessionToken([...before, cookie, ...after].join("; "), config), token);
        }
      }),
    );
  });

  it("cannot be planted on https under its plain name", () => {
    const planted = newToken();
    assert.equal(readSessionToken(`parley_session=${planted}`, https), undefined);
    const own = newToken();
    assert.equal(readSessionToken(`parley_session=${planted}; __Host-parley_session=${own}`, https), own);
    assert.equal(readSessionToken(`__Host-parley_session=${planted}`, http), undefined);
  });

  it("is nothing when it cannot be a token", () => {
    for (const value of ["", "short", "x".repeat(101), 'a"b'.padEnd(43, "c"), "é".repeat(43), `${"a".repeat(30)} b`]) {
      assert.equal(readSessionToken(`parley_session=${value}`, http), undefined, value);
    }
    assert.equal(readSessionToken(undefined, http), undefined);
    assert.equal(readSessionToken(`xparley_session=${newToken()}`, http), undefined);
  });

  it("is for this host, for https and for no script", () => {
    assert.match(
      writeSessionCookie("t", 60, https),
      /^__Host-parley_session=t; Path=\/; Max-Age=60; HttpOnly; SameSite=Lax; Secure$/,
    );
    assert.match(writeSessionCookie("", 0, http), /^parley_session=; Path=\/; Max-Age=0; HttpOnly; SameSite=Lax$/);
  });

  it("has from 20 to 100 characters, may have spaces around it, and the first that can be one counts", () => {
    const read = (cookie: string) => readSessionToken(cookie, http);
    for (const length of [20, 100]) assert.equal(read(`parley_session=${"t".repeat(length)}`), "t".repeat(length));
    for (const length of [19, 101]) assert.equal(read(`parley_session=${"t".repeat(length)}`), undefined);
    const [one, two] = [newToken(), newToken()];
    assert.equal(read(`a=b ;  parley_session = ${one} ; c=d`), one);
    assert.equal(read(`parley_session=${one}; parley_session=${two}`), one);
    assert.equal(read(`parley_session=no; parley_session=${two}`), two);
    for (const none of ["", "parley_session", "parley_session=", `x=parley_session=${one}`, `=${one}`])
      assert.equal(read(none), undefined, none);
  });
});
