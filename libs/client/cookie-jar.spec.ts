// The cookie jar keeps a session, and loses it when the server says so.
import assert from "node:assert/strict";
import { it } from "node:test";
import { CookieJar } from "./cookie-jar.js";

const NOW = Date.parse("2026-01-01T00:00:00Z");

function answer(...lines: string[]): Headers {
  const headers = new Headers();
  for (const line of lines) headers.append("set-cookie", line);
  return headers;
}

it("sends back what was set, newest value first come, until it expires", () => {
  const jar = new CookieJar();
  jar.store(answer("a=1; Path=/; HttpOnly", "b=x=y; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), NOW);
  assert.equal(jar.header(NOW), "a=1; b=x=y");
  jar.store(answer("a=2"), NOW);
  assert.equal(jar.header(NOW + 11_000), "a=2");
});

it("forgets a cookie that the server expires", () => {
  for (const gone of ["s=; Max-Age=0", "s=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "s=; max-age=-1"]) {
    const jar = new CookieJar();
    jar.store(answer("s=secret; Path=/"), NOW);
    jar.store(answer(gone), NOW);
    assert.equal(jar.header(NOW), "");
  }
});
