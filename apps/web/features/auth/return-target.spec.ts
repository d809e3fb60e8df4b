// No link leads from the sign-in page to another site.
import { expect, test, vi } from "vitest";
import { safeTarget } from "./return-target";

vi.stubGlobal("location", { origin: "https://parley.example" });

test.each(["/", "/c/1?x=2"])("%j is an address of this app", (next) => {
  expect(safeTarget(next)).toBe(next);
});

test.each([undefined, "x", "//evil.example", "/\\evil.example", "/.//evil.example", "/a/..//evil.example"])(
  "%j is none",
  (next) => {
    expect(safeTarget(next)).toBe("/");
  },
);
