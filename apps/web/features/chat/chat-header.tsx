// The head of a page: the drawer's button on phones, the title, and what belongs to the conversation.
import { Menu as MenuIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useUi } from "~/app/ui-store";
import { useIsNarrow } from "~/app/use-is-narrow";
import { IconButton } from "~/ui/button";

export function PageHeader({ title, children }: { title: ReactNode; children?: ReactNode }) {
  const { t } = useTranslation();
  const narrow = useIsNarrow();
  const setDrawer = useUi((ui) => ui.setDrawer);
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 border-b border-border pr-3 pl-5 max-md:px-1.5">
      {narrow && <IconButton icon={MenuIcon} size={19} label={t("app.menu")} onPress={() => setDrawer(true)} />}
      {title}
      <div className="ml-auto flex min-w-0 shrink items-center gap-2">{children}</div>
    </header>
  );
}
