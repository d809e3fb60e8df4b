// Settings → Appearance: theme, and whether single letters are keys.
import { Contrast, type LucideIcon, Monitor, Moon, Sun } from "lucide-react";
import { Radio, RadioGroup, Switch } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { THEMES, type ThemeChoice, useChoices } from "~/app/settings";
import { chooseTheme } from "~/app/theme";
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
        <Switch
          isSelected={singleKeys}
          onChange={(on) => choose({ singleKeys: on })}
          className="group mt-3 flex min-h-11 items-center gap-3 text-ui"
        >
          <span
            aria-hidden
            className="flex h-6 w-10 shrink-0 items-center rounded-full border border-border-strong bg-sunken px-0.5 transition-colors group-selected:border-accent group-selected:bg-accent"
          >
            <span className="size-[18px] rounded-full bg-border-strong transition-transform group-selected:translate-x-4 group-selected:bg-on-accent" />
          </span>
          {t("keyboard.singleKeys")}
        </Switch>
      </section>
    </div>
  );
}
