// The link policy against addresses that want to run, hide or leak something.
import fc from "fast-check";
import { expect, test } from "vitest";
import { hostOf, judgeImage, judgeLink } from "./link-policy";

const ORIGIN = "https://chat.example.com";
const ID = "018f2f5e-0000-7000-8000-000000000001";

test.each([
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  " javascript:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  "file:///etc/passwd",
  "blob:https://chat.example.com/1",
  "https://chat.example.com@evil.example/",
  "https://user:pw@evil.example/",
  "//evil.example/x",
  "/settings",
  "#top",
  "",
  undefined,
])("%s is no link", (address) => expect(judgeLink(address, ORIGIN)).toBeNull());

test("ordinary links open at once, long foreign ones ask, long ones of our own do not", () => {
  expect(judgeLink("https://example.org/a?b=c", ORIGIN)).toEqual({
    href: "https://example.org/a?b=c",
    host: "example.org",
    ask: false,
  });
  const secret = "x".repeat(81);
  expect(judgeLink(`https://evil.example/?q=${secret}`, ORIGIN)?.ask).toBe(true);
  expect(judgeLink(`https://evil.example/${secret}`, ORIGIN)?.ask).toBe(true);
  expect(judgeLink(`https://evil.example/#${secret}`, ORIGIN)?.ask).toBe(true);
  expect(judgeLink(`mailto:a@evil.example?body=${secret}`, ORIGIN)?.ask).toBe(true);
  expect(judgeLink(`${ORIGIN}/c/${secret}`, ORIGIN)?.ask).toBe(false);
});

test("only our own files and previews are shown as images", () => {
  const file = `/api/v1/workspaces/${ID}/attachments/${ID}`;
  expect(judgeImage(file, ORIGIN)).toBe(file);
  expect(judgeImage(`/api/v1/files/${ID}`, ORIGIN)).toBe(`/api/v1/files/${ID}`);
  expect(judgeImage(`blob:${ORIGIN}/${ID}`, ORIGIN)).toBe(`blob:${ORIGIN}/${ID}`);
  const refused = [
    "https://evil.example/x.png",
    "//evil.example/x.png",
    `https://evil.example${file}`,
    `${file}?leak=1`,
    `${file}/../../../auth/logout`,
    "/api/v1/auth/me",
    "data:image/png;base64,AAAA",
    "blob:https://evil.example/1",
    "javascript:alert(1)",
  ];
  for (const address of refused) expect(judgeImage(address, ORIGIN), address).toBeNull();
});

test("the host of a refused image is named", () => {
  expect(hostOf("https://evil.example:8443/x.png?secret")).toBe("evil.example:8443");
  expect(hostOf("data:image/png;base64,AAAA")).toBe("data");
  expect(hostOf("nonsense")).toBe("");
});

test("whatever is let through has a harmless scheme", () => {
  const schemes = fc.constantFrom("javascript", "data", "http", "https", "mailto", "blob", "file", "x", "JAVASCRIPT");
  fc.assert(
    fc.property(schemes, fc.string(), fc.string(), (scheme, before, after) => {
      const link = judgeLink(`${before}${scheme}:${after}`, ORIGIN);
      if (link) expect(link.href).toMatch(/^(https?|mailto):/);
    }),
  );
});
