// Settings → Appearance: theme, and whether single letters are keys.
import { Contrast, type LucideIcon, Monitor, Moon, Sun } from "lucide-react";
import { Radio, RadioGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { THEMES, type ThemeChoice, useChoices } from "~/app/settings";
import { chooseTheme } from "~/app/theme";
import { Switch } from "~/ui/switch";
import { useTitle } from "~/ui/use-title";

const ICONS: Record<ThemeChoice, LucideIcon> = { system: Monitor, light: Sun, dark: Moon, contrast: Contrast };

export function AppearancePage() {
  const { t } = useTranslation();
  useTitle(t("settings.appearance"));
  const { theme, singleKeys, choose } = useChoices();
  return (
    <div className="flex flex-col gap-10">
      <RadioGroup aria-label={t("theme.label")} value={theme} onChange={(value) => chooseTheme(value as ThemeChoice)}>
        <h2 className="text-h3 font-semibold">{t("theme.label")}</h2>
        <div className="mt-3 grid grid-cols-4 gap-3 max-md:grid-cols-2">
          {THEMES.map((name) => {
            const Icon = ICONS[name];
            return (
              <Radio
                key={name}
                value={name}
                className="flex min-h-20 flex-col items-start justify-between gap-3 rounded-card border border-border-strong p-4 text-ui font-medium hover:bg-subtle selected:border-accent selected:bg-accent-soft selected:text-on-accent-soft"
              >
                <Icon size={19} aria-hidden />
                {t(`theme.${name}`)}
              </Radio>
            );
          })}
        </div>
      </RadioGroup>
      <section>
        <h2 className="text-h3 font-semibold">{t("keyboard.title")}</h2>
        <Switch isSelected={singleKeys} onChange={(on) => choose({ singleKeys: on })} className="mt-3">
          {t("keyboard.singleKeys")}
        </Switch>
      </section>
    </div>
  );
}
