// Says that the workspace one was in is gone: left elsewhere, deleted, or taken away by its admin.
import type { Workspace } from "@parley/client";
import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "~/ui/button";

export function LostWorkspace({ workspaces, current }: { workspaces: readonly Workspace[]; current: Workspace }) {
  const { t } = useTranslation();
  const before = useRef(current);
  const [lost, setLost] = useState<string | null>(null);
  useEffect(() => {
    const { id, name } = before.current;
    if (id !== current.id && !workspaces.some((workspace) => workspace.id === id)) setLost(name);
    before.current = current;
  }, [workspaces, current]);
  return (
    <div role="status" className="fixed inset-x-0 bottom-4 z-40 flex justify-center px-4 empty:hidden">
      {lost !== null && (
        <p className="flex items-center gap-2 rounded-card border border-border bg-raised py-1 pr-1 pl-4 text-ui shadow-popover">
          {t("workspace.lost", { name: lost })}
          <IconButton icon={X} label={t("action.close")} onPress={() => setLost(null)} />
        </p>
      )}
    </div>
  );
}
