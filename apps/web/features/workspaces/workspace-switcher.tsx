// The name of the workspace, and a menu of all of them with the way to a new one.
import { useNavigate } from "@tanstack/react-router";
import { Check, ChevronsUpDown, Plus } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useChoices } from "~/app/settings";
import { useMe } from "~/features/auth/account";
import { type MenuEntry, MenuPopup } from "~/ui/menu-button";
import { useWorkspace } from "./current-workspace";

const CreateWorkspace = lazy(() => import("./create-workspace"));

export function WorkspaceSwitcher() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { workspaces } = useMe();
  const choose = useChoices((choices) => choices.choose);
  const navigate = useNavigate();
  const trigger = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const [creating, setCreating] = useState(false);
  const own = workspaces.map(
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
  const entries: MenuEntry[] = [
    ...own,
    { id: "new", text: t("workspace.create"), icon: Plus, run: () => setCreating(true) },
  ];
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
      {creating && (
        <Suspense>
          <CreateWorkspace onClose={() => setCreating(false)} />
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
        // No text of the page: a button's visible text has to be in its name (WCAG 2.5.3).
        data-letter={Array.from(name.trim())[0]?.toUpperCase() ?? "P"}
        className="flex size-7 shrink-0 items-center justify-center rounded-control bg-accent text-meta font-semibold text-on-accent before:content-[attr(data-letter)]"
      />
      <span className="truncate text-body font-semibold">{name}</span>
    </>
  );
}
