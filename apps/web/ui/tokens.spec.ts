// The contrast of every pair of colours that meets on a screen, in all three themes (WCAG 2.1 §1.4.3, §1.4.6, §1.4.11).
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("../app/tokens.css", import.meta.url), "utf8");
const THEMES = ["light", "dark", "contrast"] as const;

function tokensOf(theme: string): Map<string, string> {
  const block = new RegExp(`\\[data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? "";
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", value = ""]) => [name, value]));
}

/** Relative luminance, WCAG 2.1. */
function luminance(hex: string): number {
  const channel = (from: number): number => {
    const value = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(tokens: Map<string, string>, one: string, other: string): number {
  const [a, b] = [one, other].map((name) => {
    const value = tokens.get(name);
    if (value === undefined) throw new Error(`There is no token --${name}.`);
    return luminance(value);
  }) as [number, number];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const grounds = ["bg", "subtle", "sunken", "raised", "bubble", "code"];
const TEXT: [string, string][] = [
  ...grounds.flatMap((ground): [string, string][] => [
    ["fg", ground],
    ["muted", ground],
    ["fg-subtle", ground],
    ["accent", ground],
    ["danger", ground],
    ["warn", ground],
    ["success", ground],
  ]),
  ["on-accent", "accent"],
  ["on-accent", "accent-hover"],
  ["on-accent-soft", "accent-soft"],
  ["on-danger-soft", "danger-soft"],
  ["on-warn-soft", "warn-soft"],
  ["on-success-soft", "success-soft"],
  ["bg", "fg"],
  // Code is coloured with the chart colours.
  ["chart-1", "code"],
  ["chart-2", "code"],
  ["chart-3", "code"],
  ["chart-4", "code"],
];
const MARKS: [string, string][] = [
  ["border-strong", "bg"],
  ["border-strong", "raised"],
  ["border-strong", "subtle"],
  ["focus", "bg"],
  ["focus", "subtle"],
  ["focus", "raised"],
  ...[1, 2, 3, 4, 5, 6].map((n): [string, string] => [`chart-${n}`, "bg"]),
];

for (const theme of THEMES) {
  const tokens = tokensOf(theme);

  test(`${theme}: text is readable on every ground`, () => {
    for (const [one, other] of TEXT)
      expect(contrast(tokens, one, other), `${one} on ${other}`).toBeGreaterThanOrEqual(4.5);
  });

  test(`${theme}: controls, focus and chart marks stand out`, () => {
    for (const [one, other] of MARKS)
      expect(contrast(tokens, one, other), `${one} on ${other}`).toBeGreaterThanOrEqual(3);
  });

  test(`${theme}: no token is missing`, () => {
    expect([...tokens.keys()].sort()).toEqual([...tokensOf("light").keys()].sort());
  });
}

test("the table of the design, to the second digit", () => {
  const [light, dark, high] = THEMES.map(tokensOf) as [Map<string, string>, Map<string, string>, Map<string, string>];
  const rows: [string, string, number, number, number][] = [
    ["fg", "bg", 18.15, 15.96, 21],
    ["muted", "bg", 7.98, 9.07, 18.43],
    ["fg-subtle", "bg", 6.23, 7.09, 15.91],
    ["fg-subtle", "sunken", 5.38, 7.39, 15.91],
    ["accent", "bg", 6.11, 9.05, 15.47],
    ["accent", "subtle", 5.68, 8.44, 15.47],
    ["on-accent", "accent", 6.11, 8.17, 15.47],
    ["on-accent-soft", "accent-soft", 8.5, 9.67, 13.13],
    ["danger", "bg", 6.57, 8.2, 10.65],
    ["on-danger-soft", "danger-soft", 8.09, 9.43, 13.85],
    ["warn", "bg", 5.93, 10.26, 15.18],
    ["on-warn-soft", "warn-soft", 7.69, 10.26, 13.15],
    ["success", "bg", 6.07, 9.66, 16.77],
    ["on-success-soft", "success-soft", 8.16, 9.77, 13.73],
    ["border-strong", "bg", 4.09, 4.55, 21],
    ["focus", "bg", 6.1, 9.26, 16.57],
    ["muted", "bubble", 6.95, 7.28, 16.7],
  ];
  for (const [one, other, l, d, h] of rows) {
    const found = [light, dark, high].map((tokens) => contrast(tokens, one, other));
    for (const [index, want] of [l, d, h].entries()) expect(found[index], `${one} on ${other}`).toBeCloseTo(want, 1);
  }
});
