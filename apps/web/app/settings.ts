// Choices that stay in this browser: theme, workspace, the model of new chats, single-letter keys.
import { create } from "zustand";

export const THEMES = ["system", "light", "dark", "contrast"] as const;
export type ThemeChoice = (typeof THEMES)[number];

interface Choices {
  theme: ThemeChoice;
  workspaceId: string | null;
  /** The model of a new conversation; null: the server's own choice. */
  model: string | null;
  /** Keys without Ctrl or Alt (WCAG 2.1.4: they can be switched off). */
  singleKeys: boolean;
}

interface ChoicesStore extends Choices {
  choose(choices: Partial<Choices>): void;
}

const NAMES = {
  theme: "parley.theme",
  workspaceId: "parley.workspace",
  model: "parley.model",
  singleKeys: "parley.keys",
};

function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    // Storage is blocked: choices last as long as the page.
    return null;
  }
}

function write(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // As above.
  }
}

function themeOf(value: string | null): ThemeChoice {
  return THEMES.find((theme) => theme === value) ?? "system";
}

export const useChoices = create<ChoicesStore>((set) => ({
  theme: themeOf(read(NAMES.theme)),
  workspaceId: read(NAMES.workspaceId),
  model: read(NAMES.model),
  singleKeys: read(NAMES.singleKeys) !== "off",
  choose: (choices) => {
    if (choices.theme !== undefined) write(NAMES.theme, choices.theme === "system" ? null : choices.theme);
    if (choices.workspaceId !== undefined) write(NAMES.workspaceId, choices.workspaceId);
    if (choices.model !== undefined) write(NAMES.model, choices.model);
    if (choices.singleKeys !== undefined) write(NAMES.singleKeys, choices.singleKeys ? null : "off");
    set(choices);
  },
}));
