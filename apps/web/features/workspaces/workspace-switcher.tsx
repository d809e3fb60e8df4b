// The name of the workspace; with several, a menu of them.
import { useNavigate } from "@tanstack/react-router";
import { Check, ChevronsUpDown } from "lucide-react";
import { Suspense, useRef, useState } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useChoices } from "~/app/settings";
import { useMe } from "~/features/auth/account";
import { type MenuEntry, MenuPopup } from "~/ui/menu-button";
import { useWorkspace } from "./current-workspace";

export function WorkspaceSwitcher() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { workspaces } = useMe();
  const choose = useChoices((choices) => choices.choose);
  const navigate = useNavigate();
  const trigger = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  if (workspaces.length < 2) {
    return (
      <div className="flex min-w-0 flex-1 items-center gap-2.5 px-1">
        <Name name={workspace.name} />
      </div>
    );
  }
  const entries = workspaces.map(
    ({ id, name }): MenuEntry => ({
      id,
      text: name,
      ...(id === workspace.id && { mark: Check }),
      run: () => {
        choose({ workspaceId: id });
        void navigate({ to: "/" });
      },
    }),
  );
  return (
    <>
      <Button
        ref={trigger}
        aria-label={t("workspace.switch", { name: workspace.name })}
        aria-haspopup="menu"
        aria-expanded={open}
        onPress={() => setOpen(true)}
        className="flex min-h-10 min-w-0 flex-1 items-center gap-2.5 rounded-control px-1 hover:bg-sunken pressed:bg-sunken"
      >
        <Name name={workspace.name} />
        <ChevronsUpDown size={15} aria-hidden className="mr-1 ml-auto shrink-0 text-fg-subtle" />
      </Button>
      {open && (
        <Suspense>
          <MenuPopup
            trigger={trigger}
            label={t("workspace.list")}
            entries={entries}
            placement="bottom start"
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}

function Name({ name }: { name: string }) {
  return (
    <>
      <span
        aria-hidden
        className="flex size-7 shrink-0 items-center justify-center rounded-control bg-accent text-meta font-semibold text-on-accent"
      >
        {Array.from(name.trim())[0]?.toUpperCase() ?? "P"}
      </span>
      <span className="truncate text-body font-semibold">{name}</span>
    </>
  );
}
