// Puts the chosen theme on the page, follows the system when that is the choice, and keeps open tabs in step.
import { type ThemeChoice, useChoices } from "./settings";

export type Theme = Exclude<ThemeChoice, "system">;

const contrast = matchMedia("(prefers-contrast: more)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const channel = new BroadcastChannel("parley.theme");

/** The theme that a choice means now. */
export function themeFor(choice: ThemeChoice): Theme {
  if (choice !== "system") return choice;
  if (contrast.matches) return "contrast";
  return dark.matches ? "dark" : "light";
}

function apply(): void {
  const theme = themeFor(useChoices.getState().theme);
  const root = document.documentElement;
  root.dataset["theme"] = theme;
  root.style.colorScheme = theme === "light" ? "light" : "dark";
  const bar = document.querySelector('meta[name="theme-color"]');
  bar?.setAttribute("content", getComputedStyle(root).getPropertyValue("--bg").trim());
}

/** Chooses a theme, here and in the other tabs. */
export function chooseTheme(theme: ThemeChoice): void {
  useChoices.getState().choose({ theme });
  channel.postMessage(theme);
}

/** To be called once. */
export function followTheme(): void {
  apply();
  useChoices.subscribe((now, before) => now.theme !== before.theme && apply());
  contrast.addEventListener("change", apply);
  dark.addEventListener("change", apply);
  channel.onmessage = ({ data }: MessageEvent<ThemeChoice>) => useChoices.getState().choose({ theme: data });
}
