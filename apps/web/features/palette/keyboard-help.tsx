// "?": the list of keys.
import { useTranslation } from "react-i18next";
import { IS_MAC } from "~/app/shortcuts";
import { useUi } from "~/app/ui-store";
import { Dialog } from "~/ui/dialog";

const COMMAND = IS_MAC ? "⌘" : "Ctrl";
const ALT = IS_MAC ? "⌥" : "Alt";

const KEYS = [
  { keys: [COMMAND, "K"], does: "search" },
  { keys: [COMMAND, "Shift", "O"], does: "newChat" },
  { keys: ["Enter"], does: "send" },
  { keys: ["Shift", "Enter"], does: "newLine" },
  { keys: ["Esc"], does: "stop" },
  { keys: [ALT, "↑"], does: "editLast" },
  { keys: ["/"], does: "compose" },
  { keys: ["[", "]"], does: "versions" },
  { keys: ["?"], does: "help" },
] as const;

export default function KeyboardHelp() {
  const { t } = useTranslation();
  const setKeys = useUi((ui) => ui.setKeys);
  return (
    <Dialog open onOpenChange={setKeys} title={t("keyboard.title")} width="max-w-[440px]">
      <dl className="mt-2 divide-y divide-border">
        {KEYS.map(({ keys, does }) => (
          <div key={does} className="flex min-h-10 items-center justify-between gap-4">
            <dt className="text-ui">{t(`keyboard.keys.${does}`)}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <kbd
                  key={key}
                  className="rounded-chip border border-border-strong bg-subtle px-1.5 py-0.5 font-sans text-caption"
                >
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
