// Light, dark or high contrast, in three small buttons.
import { Contrast, Moon, Sun } from "lucide-react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useChoices } from "./settings";
import { chooseTheme, type Theme, themeFor } from "./theme";

const ICONS = { light: Sun, dark: Moon, contrast: Contrast };

export function ThemeSwitch() {
  const { t } = useTranslation();
  const theme = themeFor(useChoices((choices) => choices.theme));
  return (
    <ToggleButtonGroup
      aria-label={t("theme.label")}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[theme]}
      onSelectionChange={(keys) => {
        for (const key of keys) chooseTheme(key as Theme);
      }}
      className="flex rounded-control border border-border p-0.5"
    >
      {(["light", "dark", "contrast"] as const).map((name) => {
        const Icon = ICONS[name];
        return (
          <ToggleButton
            key={name}
            id={name}
            aria-label={t(`theme.${name}`)}
            className="inline-flex size-7 items-center justify-center rounded-chip text-muted hover:text-fg selected:bg-accent-soft selected:text-on-accent-soft max-md:size-10"
          >
            <Icon size={15} aria-hidden />
          </ToggleButton>
        );
      })}
    </ToggleButtonGroup>
  );
}
